# Lists these recipes.
default:
    @just --list

# All that CI checks.
check:
    .ci/run

# All tests.
test:
    cargo test --workspace --locked

# Formats the code.
fmt:
    cargo fmt --all

# Lints with warnings as errors, with and without the sandbox.
lint:
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
    cargo clippy --no-default-features --locked -- -D warnings

# Builds the documentation, private items included.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --document-private-items

# Writes the JSON Schemas anew.
schemas:
    cargo run --quiet --locked -- schema manifest > schemas/manifest.schema.json
    cargo run --quiet --locked -- schema plan > schemas/plan.v1.schema.json
    cargo run --quiet --locked -- schema report > schemas/report.v1.schema.json
    cargo run --quiet --locked -- schema config > schemas/config.schema.json

# Accepts changed snapshots one by one; needs cargo-insta.
review:
    cargo insta test --workspace --review

# Licences, advisories, sources and bans of the dependencies; needs cargo-deny.
deny:
    cargo deny --workspace check

# Plans and applies the quickstart on a local Plutora that is kept in a file.
demo:
    cargo run --locked -- apply -f examples/quickstart --sandbox=sandbox.json --auto-approve

# Runs a local Plutora until Ctrl-C.
sandbox *FLAGS:
    cargo run --locked -- sandbox {{FLAGS}}
