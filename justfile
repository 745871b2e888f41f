# The cases against the embedded mock.
run *args:
    cargo run --release -- {{args}}

# Everything that must pass before a change lands.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --no-deps
    cargo test

# Throughput, memory and start-up beside bare reqwest + jsonschema, and a large document beside bare serde_json.
bench:
    cargo bench --bench run --bench contract

# Requests a second of the mock beside a bare hyper server, and Prism where it is on the PATH.
bench-mock:
    cargo bench --bench mock

# A run of 20,000 cases rendered again in each format.
bench-report:
    cargo bench --bench report

# A run of 20,000 cases and its reports, beside Hurl where it is on the PATH.
bench-hurl:
    cargo bench --bench hurl

# Time and memory for the ten largest documents below $SIGNOFF_DATA/corpus.
bench-documents:
    cargo bench --bench documents

# Writes schemas/ anew from the types.
schemas:
    cargo run --quiet -- schema case > schemas/case-file.json
    cargo run --quiet -- schema config > schemas/config.json
    cargo run --quiet -- schema behaviour > schemas/behaviour.json
    cargo run --quiet -- schema record > schemas/record.json
    cargo run --quiet -- schema waivers > schemas/waivers.json
