"""Runs the scripts of the action against releases and an API on the loopback interface: python3 test_action.py BINARY PACKAGES

BINARY is signoff, PACKAGES the folder that pack.py and checksums.sh have written. Needs bash, curl and jq.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOKEN = "a-token-of-the-test"
PROJECT = ("signoff.yaml", "specs", "cases")


class Api(BaseHTTPRequestHandler):
    """The part of the REST API that the comment uses, and the downloads of a release."""

    comments: list[dict] = []
    is_read_only = False
    packages = Path()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith("/download/"):
            file = self.packages / url.path.rsplit("/", 1)[1]
            return self.reply(200, file.read_bytes()) if file.is_file() else self.reply(404, b"")
        if not self.is_authorised() or url.path == "/user":
            return self.reply(403, b"{}")
        query = parse_qs(url.query)
        page, size = int(query["page"][0]), int(query["per_page"][0])
        return self.reply(200, json.dumps(self.comments[(page - 1) * size : page * size]).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.is_authorised() or self.is_read_only:
            return self.reply(403, b"{}")
        self.comments.append({"id": 1000 + len(self.comments), "body": body["body"], "user": {"type": "Bot", "login": "bot"}})
        return self.reply(201, b"{}")

    def do_PATCH(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        comment = next(entry for entry in self.comments if str(entry["id"]) == self.path.rsplit("/", 1)[1])
        comment["body"] = body["body"]
        comment["updates"] = comment.get("updates", 0) + 1
        return self.reply(200, b"{}")

    def is_authorised(self) -> bool:
        return self.headers["Authorization"] == f"Bearer {TOKEN}"

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


class Action(unittest.TestCase):
    binary: Path
    packages: Path

    def setUp(self) -> None:
        Api.comments, Api.is_read_only, Api.packages = [], False, self.packages
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/signoff").symlink_to(self.binary)
        for name in PROJECT:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)
        (self.folder / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}))

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def script(self, name: str, **inputs: str) -> tuple[int, str, dict[str, str]]:
        """Runs a script in the project; returns exit code, output, and the step outputs."""
        outputs = self.folder / "outputs"
        outputs.write_text("")
        arm, system = platform.machine() in ("aarch64", "arm64"), platform.system()
        env = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "GITHUB_API_URL": self.url(),
            "GITHUB_REPOSITORY": "owner/name",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_PATH": str(self.folder / "path"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "RUNNER_OS": "macOS" if system == "Darwin" else system,
            "RUNNER_ARCH": "ARM64" if arm else "X64",
            **inputs,
        }
        command = ["bash", str(HERE / name)]
        ended = subprocess.run(command, cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = outputs.read_text().splitlines()
        return ended.returncode, ended.stdout, dict(line.split("=", 1) for line in lines)

    def run_cases(self, **inputs: str) -> dict[str, str]:
        code, output, outputs = self.script("run.sh", **{"INPUT_DIRECTORY": ".", "INPUT_REPORTS": "reports", **inputs})
        self.assertEqual(code, 0, output)
        return outputs

    def comment(self, outputs: dict[str, str], **inputs: str) -> str:
        inputs = {"INPUT_NAME": "contract", "INPUT_TOKEN": TOKEN, "ARTIFACT_URL": "https://example.com/artifact", **inputs}
        code, output, _ = self.script("comment.sh", REPORTS=outputs["reports"], EXIT_CODE=outputs["exit-code"], **inputs)
        self.assertEqual(code, 0, output)
        self.assertNotIn(TOKEN, output)
        return output

    def test_installs_the_release_whose_checksum_matches(self) -> None:
        code, output, _ = self.script("install.sh", INPUT_DOWNLOAD_URL=self.url("/download"))
        self.assertEqual(code, 0, output)
        folder = Path((self.folder / "path").read_text().strip())
        version = subprocess.run([folder / "signoff", "-V"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertIn(f"v{version.split()[1]}", f"v{folder.name.removeprefix('signoff-')}")

    def test_refuses_another_checksum_and_versions_that_are_paths(self) -> None:
        for entry in self.packages.iterdir():
            if entry.name.endswith(".tar.gz"):
                shutil.copy(entry, self.folder / entry.name)
                (self.folder / "SHA256SUMS").write_text(f"{'0' * 64}  {entry.name}\n")
        Api.packages = self.folder
        code, output, _ = self.script("install.sh", INPUT_DOWNLOAD_URL=self.url("/download"))
        self.assertEqual((code, "checksum" in output), (2, True), output)
        for version in ("../../x", "1.0", "1.0.0; id", "1.0.0\n2.0.0"):
            code, output, _ = self.script("install.sh", INPUT_VERSION=version, INPUT_DOWNLOAD_URL=self.url("/download"))
            self.assertEqual((code, "invalid version" in output), (2, True), output)
        self.assertFalse((self.folder / "path").exists())

    def test_comments_only_when_findings_change(self) -> None:
        passed = self.run_cases()
        self.assertEqual(passed, {"exit-code": "0", "reports": "./reports"})
        self.assertIn("nothing has changed", self.comment(passed))
        self.assertEqual(Api.comments, [])

        failed = self.run_cases(INPUT_TARGET="broken")
        self.assertEqual(failed["exit-code"], "1")
        self.assertIn("created", self.comment(failed))
        self.assertIn('The mock "broken" violates the contract in 13 places', Api.comments[0]["body"])
        self.assertIn("(https://example.com/artifact)", Api.comments[0]["body"])
        self.assertIn("is current", self.comment(failed))
        # The findings are known now.
        self.assertIn("updated", self.comment(self.run_cases(INPUT_TARGET="broken")))
        self.assertIn("is current", self.comment(self.run_cases(INPUT_TARGET="broken")))
        self.assertIn("updated", self.comment(self.run_cases()))
        self.assertRegex(Api.comments[0]["body"], r"All \d+ cases passed")
        self.assertEqual((len(Api.comments), Api.comments[0]["updates"]), (1, 2))

        Api.comments = []
        self.assertIn("nothing has changed", self.comment(self.run_cases(INPUT_TARGET="broken")))

    def test_finds_its_comment_among_others(self) -> None:
        text = "<!-- signoff: contract -->\n"
        people = [{"id": number, "body": text, "user": {"type": "User", "login": "somebody"}} for number in range(150)]
        other = {"id": 900, "body": "<!-- signoff: nightly -->\n", "user": {"type": "Bot", "login": "bot"}}
        own = {"id": 901, "body": text, "user": {"type": "Bot", "login": "bot"}}
        Api.comments = [*people, other, own]
        self.assertIn("updated", self.comment(self.run_cases(INPUT_TARGET="broken")))
        self.assertEqual([entry["id"] for entry in Api.comments if "updates" in entry], [901])

    def test_arguments_are_not_executed(self) -> None:
        hostile = "$(touch injected)`touch injected`; touch injected"
        outputs = self.run_cases(INPUT_TARGET=hostile, INPUT_ARGUMENTS=f"--tag\n{hostile}\n\n--quiet")
        self.assertEqual(outputs["exit-code"], "2")
        self.assertIn("created", self.comment(outputs, INPUT_NAME=f"--> {hostile}"))
        self.assertIn("exit code 2", Api.comments[0]["body"])
        self.assertEqual(Api.comments[0]["body"].split("\n")[0].count("-->"), 1)
        self.assertFalse((self.folder / "injected").exists())
        code, output, outputs = self.script("run.sh", INPUT_DIRECTORY=".", INPUT_REPORTS="x\nexit-code=0")
        self.assertEqual((code, outputs), (2, {}), output)

    def test_a_token_that_may_not_write_is_a_warning(self) -> None:
        failed = self.run_cases(INPUT_TARGET="broken")
        Api.is_read_only = True
        self.assertIn("::warning::cannot write", self.comment(failed))
        self.assertIn("::warning::cannot read", self.comment(failed, INPUT_TOKEN="another"))

    def test_a_long_summary_is_shortened(self) -> None:
        failed = self.run_cases(INPUT_TARGET="broken")
        summary = self.folder / "reports/summary.md"
        summary.write_text(summary.read_text() + "a line of äöü\n" * 100_000)
        self.assertIn("created", self.comment(failed))
        body = Api.comments[0]["body"]
        self.assertTrue(60_000 < len(body) < 65_536 and body.endswith("\n…\n"), len(body))


if __name__ == "__main__":
    Action.binary, Action.packages = (Path(argument).resolve() for argument in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
