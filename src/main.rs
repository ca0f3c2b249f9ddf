//! The one binary: hands its arguments to the command line and returns its exit code.

fn main() -> std::process::ExitCode {
    edigate::cli::run(std::env::args_os())
}
