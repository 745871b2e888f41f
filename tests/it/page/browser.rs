//! A headless Chromium with the operations that the tests need.

use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Script that runs before those of the page and records violations of the policy.
const WATCH: &str = r"
    window.watched = [];
    const note = (what) => window.watched.push(what);
    for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) window[name] = () => note(name);
    for (const name of ['error', 'warn']) console[name] = (...said) => note(`${name}: ${said}`);
    addEventListener('error', (event) => note(`error: ${event.message}`));
    addEventListener('unhandledrejection', (event) => note(`rejected: ${event.reason}`));
    addEventListener('securitypolicyviolation', (event) => note(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    window.before = Object.getOwnPropertyNames(window);
";

/// Switches off what a test does not need: graphics card, sandbox (CI may run as root), background traffic.
const ARGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running browser.
pub struct Browser {
    client: Client,
    driver: Child,
    _profile: TempDir,
}

/// Runs `test` in a new browser, which is closed even if the test panics.
pub fn browse(test: impl AsyncFnOnce(&Browser)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let browser = Browser::start().await;
        let ended = AssertUnwindSafe(test(&browser)).catch_unwind().await;
        browser.stop().await;
        ended.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

impl Browser {
    async fn start() -> Self {
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().expect("chromedriver is there");
        let said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let ready = said.map(Result::unwrap).find(|line| line.contains("successfully on port")).expect("it starts");
        let port = ready.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();
        let profile = tempfile::tempdir().unwrap();
        let profile_arg = format!("--user-data-dir={}", profile.path().display());
        let args: Vec<_> = ARGS.iter().copied().chain([profile_arg.as_str()]).collect();
        let wanted = json!({ "goog:chromeOptions": { "args": args } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().unwrap().clone());
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("a session");
        let browser = Self { client, driver, _profile: profile };
        browser.send("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        browser.size(1280, 900).await;
        browser
    }

    async fn stop(mut self) {
        self.client.clone().close().await.expect("the browser ends");
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }

    /// Opens a file at a fragment, which starts with `#` or is empty.
    pub async fn visit(&self, page: &Path, fragment: &str) {
        // The same address with another fragment would not load anew.
        self.client.goto("about:blank").await.unwrap();
        self.client.goto(&address(page, fragment)).await.unwrap();
        self.settled().await;
    }

    /// Opens a file with scripts disabled.
    pub async fn visit_without_script(&self, page: &Path) {
        self.send("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        self.client.goto(&address(page, "")).await.unwrap();
        // What a test asks is script too; that of the page is not run any more.
        self.send("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
    }

    /// Waits until the page has handled pending events.
    pub async fn settled(&self) {
        self.run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))").await;
    }

    /// Runs a function body in the page and returns its result.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Returns the violations that the page caused.
    pub async fn violations(&self) -> Value {
        self.run(
            "const added = Object.getOwnPropertyNames(window).filter((name) => name !== 'before' && !before.includes(name));
             return [...watched, ...added.filter((name) => !/^(cdc_|ret_nodes)/.test(name))];",
        )
        .await
    }

    /// Presses and releases a key.
    pub async fn press(&self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        self.send("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": key, "text": text })).await;
        self.send("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key })).await;
    }

    /// Sets the size of the viewport.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.send("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Sets the preferred colour scheme (`light` or `dark`) and the medium (`screen` or `print`).
    pub async fn medium(&self, scheme: &str, medium: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.send("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features })).await;
    }

    /// Sends a command of the DevTools protocol.
    pub async fn send(&self, command: &str, params: Value) -> Value {
        let command = DevTools(json!({ "cmd": command, "params": params }).to_string());
        self.client.issue_cmd(command).await.unwrap()
    }
}

fn address(page: &Path, fragment: &str) -> String {
    format!("file://{}{fragment}", page.display())
}

/// The chromedriver endpoint for DevTools commands.
#[derive(Debug)]
struct DevTools(String);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.clone()))
    }
}
