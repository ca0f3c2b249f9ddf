//! A home in a temporary folder, with one partner, and the daemon over it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) struct Home {
    folder: tempfile::TempDir,
}

/// How long anything may take before a test says that it never came.
const PATIENCE: Duration = Duration::from_secs(120);

impl Home {
    /// A home with the partner `acme`, who renames files when they are whole.
    pub(crate) fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(home.path().join("partners")).unwrap();
        home.partner("acme", &acme("none", "10 minutes"));
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn partner(&self, key: &str, text: &str) {
        fs::write(self.path().join(format!("partners/{key}.toml")), text).unwrap();
        fs::create_dir_all(self.path().join(format!("drop/{key}/in"))).unwrap();
    }

    /// Drops a file as a careful partner does: renamed when it is whole.
    pub(crate) fn drop(&self, name: &str, text: &str) {
        self.drop_into("acme", name, text);
    }

    pub(crate) fn drop_into(&self, folder: &str, name: &str, text: &str) {
        let place = self.path().join("drop").join(folder).join("in");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(format!("{name}.tmp")), text).unwrap();
        fs::rename(place.join(format!("{name}.tmp")), place.join(name)).unwrap();
    }

    pub(crate) fn edigate(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_edigate"))
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap()
    }

    /// Runs one round, which must leave nothing owed.
    pub(crate) fn once(&self) -> String {
        let output = self.edigate(&["run", "--once"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{log}");
        said
    }

    /// Starts a daemon that goes on.
    pub(crate) fn start(&self) -> Daemon {
        let child = Command::new(env!("CARGO_BIN_EXE_edigate"))
            .args(["run", "--log", "json"])
            .current_dir(self.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Daemon { child }
    }

    pub(crate) fn show(&self, what: &str) -> Vec<Value> {
        let output = self.edigate(&["show", what, "--json", "--limit", "10000"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The newest transmission.
    pub(crate) fn newest(&self) -> Value {
        self.show("transmissions").swap_remove(0)
    }

    /// Texts in a folder of the home, by name, sorted.
    pub(crate) fn texts(&self, folder: &str) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        let Ok(entries) = fs::read_dir(self.path().join(folder)) else { return texts };
        for entry in entries {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            // A file may be renamed away while we look.
            if let Ok(text) = fs::read_to_string(&path) {
                texts.push((name, text));
            }
        }
        texts.sort();
        texts
    }

    pub(crate) fn out(&self) -> Vec<(String, String)> {
        self.texts("drop/acme/out")
    }

    pub(crate) fn delivered(&self) -> Vec<(String, String)> {
        self.texts("delivered/acme")
    }

    /// Verifies the home: its exit code and what it says.
    pub(crate) fn verify(&self) -> (i32, String) {
        let output = self.edigate(&["verify", "."]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap(), said)
    }
}

/// A daemon that ends with the test.
pub(crate) struct Daemon {
    child: Child,
}

impl Daemon {
    /// SIGKILL: nothing of it runs any more when this returns.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: how it ended.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }

    pub(crate) fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Already ended is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Waits until `there` gives something; the bound makes a failing test end.
pub(crate) fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "a bound on waiting, no part of the product")]
    let start = Instant::now();
    loop {
        if let Some(found) = there() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A partner file. They send 850 (production) and 810 (test).
pub(crate) fn acme(settle: &str, incomplete: &str) -> String {
    format!(
        r#"
name = "ACME Retail"
timezone = "UTC"
contact = "edi@acme.example"
identity.interchange = "ZZ:ACME"
ours.interchange = "ZZ:US"
endpoint.drop = {{ kind = "directory", every = "1 second", settle = "{settle}", incomplete = "{incomplete}" }}
[[receive]]
set = "850"
owner = "Ann"
environment = "production"
source_of_truth = "partner"
latency = "minutes"
[[receive]]
set = "810"
owner = "Ann"
environment = "test"
source_of_truth = "partner"
latency = "minutes"
hold = ["business findings"]
"#
    )
}

/// An order: its interchange control number and its own.
pub(crate) fn order(control: u32, number: &str) -> String {
    interchange("ACME", "P", control, &[("PO", &order_set(number))])
}

pub(crate) fn order_set(number: &str) -> String {
    format!(
        "ST*850*0001~\nBEG*00*SA*{number}**20260112~\nPO1*1*5*EA*2.50**VN*A-1~\nCTT*1~\n\
         SE*5*0001~\n"
    )
}

pub(crate) fn invoice_set(number: &str, total: u32) -> String {
    format!(
        "ST*810*0001~\nBIG*20260119*{number}*20260112*4711~\nIT1*1*5*EA*2.50**VN*A-1~\n\
         TDS*{total}~\nCTT*1~\nSE*6*0001~\n"
    )
}

/// An interchange with a group for each set.
pub(crate) fn interchange(from: &str, usage: &str, control: u32, sets: &[(&str, &str)]) -> String {
    let mut text = format!(
        "ISA*00*          *00*          *ZZ*{from:<15}*ZZ*US             *260112*0805*U*00401\
         *{control:09}*0*{usage}*>~\n"
    );
    for ((group, set), number) in sets.iter().zip(1..) {
        text += &format!("GS*{group}*{from}*US*20260112*0805*{number}*X*004010~\n");
        text += set;
        text += &format!("GE*1*{number}~\n");
    }
    text + &format!("IEA*{}*{control:09}~\n", sets.len())
}
