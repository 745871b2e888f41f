# Run the cases against the embedded mock.
run *args:
    cargo run --release -- {{args}}

# Run all tests, or those whose name contains FILTER.
test *filter:
    cargo test --locked -- {{filter}}

# Everything that must pass before a change is merged.
check:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
    cargo test --locked

# Accept all changed snapshots. Review them with `git diff` before committing.
accept *filter:
    INSTA_UPDATE=always cargo test --locked -- {{filter}}

# Create the files of a new check (a copy of body-present), for example `just new-check body-size`.
new-check name:
    #!/usr/bin/env bash
    set -euo pipefail
    id='{{name}}'
    file="src/check/${id//-/_}.rs"
    scenario="tests/data/check/$id"
    [ ! -e "$file" ] && [ ! -e "$scenario" ] || { echo "$id exists already" >&2; exit 1; }
    snake="${id//-/_}"
    sed "s/body-present/$id/g; s/body_present/$snake/g; s/BODY_PRESENT/${snake^^}/g" src/check/body_present.rs > "$file"
    mkdir "$scenario"
    cp tests/data/check/body-present/{spec,cases,target}.yaml "$scenario/"
    echo "$file and $scenario/ are copies of body-present. To do:"
    echo "  1. Write the header of $file, which \`signoff explain $id\` prints, and name its rule or its function \`run\`."
    echo "  2. Add the id to src/rules/checks.rs, \`mod ${id//-/_};\` to src/check/mod.rs, and its CHECK to src/check/registry.rs."
    echo "  3. Write the scenario, then run \`just accept check\` and \`just accept cli::texts\`, and review $scenario/findings.snap."

# Compare throughput, memory and start-up with plain reqwest + jsonschema, and a large document with plain serde_json.
bench:
    cargo bench --bench run --bench contract

# Compare requests per second of the mock with a plain hyper server, and with Prism if it is on the PATH.
bench-mock:
    cargo bench --bench mock

# Render a run of 20,000 cases in each format.
bench-report:
    cargo bench --bench report

# Run 20,000 cases with all reports, and with Hurl if it is on the PATH.
bench-hurl:
    cargo bench --bench hurl

# Time and memory for the ten largest documents below $SIGNOFF_DATA/corpus.
bench-documents:
    cargo bench --bench documents

# Write schemas/ from the Rust types.
schemas:
    SIGNOFF_BLESS=1 cargo test --quiet --lib published_schemas