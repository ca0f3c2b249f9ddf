//! Who we trade with, as written in partners/*.toml: profiles, agreements, identification.
