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
    cargo run --quiet --locked -- schema drift > schemas/drift.v1.schema.json
    cargo run --quiet --locked -- schema last-applied > schemas/last-applied.v1.schema.json
    cargo run --quiet --locked -- schema events > schemas/events.v1.schema.json
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

# Measures the sandbox with 100,000 releases: start, memory, a page of 100 and a filter; needs curl.
sandbox-size releases="100000":
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --release --quiet --locked
    url=http://127.0.0.1:7979
    begin=$(date +%s%N)
    target/release/plutora-sync sandbox --listen 127.0.0.1:7979 --seed releases={{releases}} >/dev/null &
    trap "kill $!" EXIT
    until curl -sfo /dev/null $url/swagger; do sleep 0.01; done
    echo "start: $((($(date +%s%N) - begin) / 1000000)) ms"
    token=$(curl -s $url/oauth/token -d grant_type=password -d client_id=sandbox-client-id \
        -d client_secret=sandbox-client-secret -d username=jane@example.com -d password=sandbox-password \
        | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
    median() { for _ in {1..21}; do curl -so /dev/null -w '%{time_total}\n' -H "Authorization: bearer $token" -G $url/releases -d pageNum=7 "$@"; done | sort -n | sed -n 11p; }
    echo "page of 100: $(median) s"
    echo "filter: $(median --data-urlencode 'filter=identifier = `REL-00777`') s"
    grep VmHWM /proc/$!/status

# How fast its functions are, and the program, as a table in Markdown; with --quick of small tenants only.
bench *FLAGS:
    cargo bench --quiet --locked --bench core
    cargo bench --quiet --locked --bench table -- {{FLAGS}}

# Runs a local Plutora until Ctrl-C.
sandbox *FLAGS:
    cargo run --locked -- sandbox {{FLAGS}}

# Fuzzes each target for some seconds, or one of them; needs cargo-fuzz and a nightly compiler.
fuzz seconds="60" targets="manifest two_parsers filter pages plan_file":
    #!/usr/bin/env bash
    set -euo pipefail
    for target in {{targets}}; do
        seeds=fuzz/seeds/$target
        # Both read manifests.
        [ "$target" = two_parsers ] && seeds=fuzz/seeds/manifest
        mkdir -p fuzz/corpus/$target
        cargo +nightly fuzz run $target fuzz/corpus/$target $seeds -- \
            -max_total_time={{seconds}} -timeout=10 -rss_limit_mb=2048 -max_len=20000
    done

# What tests of values hold of the planner, and the fast ones of what is shown of it.
planner_tests := "plan:: planner:: planner_properties:: rows:: statuses:: apply_outcomes:: render:: explain:: limits:: drift::"

# Changes the planner in every small way and sees whether a test notices; needs cargo-mutants.
mutants files="src/plan/**" tests=planner_tests:
    PROPTEST_MAX_SHRINK_ITERS=0 cargo mutants --timeout 60 -f '{{files}}' -- \
        --locked --lib --test integration -- {{tests}}
