//! plutora-sync: declarative releases, systems and deployment statuses for Plutora.
