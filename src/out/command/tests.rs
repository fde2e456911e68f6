//! Commands that answer, fail, hang and are stopped: shell scripts in their place.

use super::*;

fn errand(script: &str) -> Errand {
    Errand {
        number: 1,
        command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        input: "客诉\n".into(),
        within: Duration::from_mins(1),
        purpose: Purpose::Answer(1_000),
    }
}

fn run(script: &str) -> Result<String, Failure> {
    Commands::default().run(&errand(script)).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn a_command_gets_its_input_and_its_output_comes_back() {
    assert_eq!(run("cat; printf done").unwrap(), "客诉\ndone");
    assert_eq!(run("exit 0").unwrap(), "");
}

#[test]
fn a_command_that_fails_is_quoted_by_its_first_line() {
    let failed = run("echo >&2; echo 'no \u{1b}[31mkey' >&2; echo more >&2; exit 3");
    let Err(failure @ Failure::Ended(Some(3), _)) = failed else { panic!("{failed:?}") };
    let [en, zh] = failure.words();
    assert!(en.starts_with("it ended with code 3: no ") && en.ends_with("key"), "{en}");
    assert!(!en.contains('\u{1b}') && !en.contains("more") && zh.contains('3'), "{en} {zh}");
    assert_eq!(run("kill -9 $$"), Err(Failure::Ended(None, String::new())));
}

#[test]
fn a_command_that_is_not_there_says_so() {
    let gone = Errand { command: vec!["/no/such/tool".into()], ..errand("") };
    let failure = Commands::default().run(&gone).unwrap_err();
    assert_eq!(failure.words()[0], "there is no such command");
    assert!(failure.problem(&name(&gone.command), ["", ""]).what[0].starts_with("`tool`"));
}

#[test]
fn a_command_that_takes_too_long_is_killed() {
    let slow = Errand { within: Duration::from_millis(50), ..errand("sleep 600") };
    assert_eq!(Commands::default().run(&slow), Err(Failure::TooLong(slow.within)));
}

#[test]
fn what_a_command_started_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > '{0}.new'; mv '{0}.new' '{0}'; sleep 600", pid.display());
    let (commands, slow) = (Commands::default(), errand(&script));
    let running = thread::spawn({
        let commands = commands.clone();
        move || commands.run(&slow)
    });
    let patience = Instant::now() + Duration::from_mins(1);
    let until = |done: &dyn Fn() -> bool| {
        while !done() {
            assert!(Instant::now() < patience, "it did not come");
            thread::yield_now();
        }
    };
    until(&|| pid.exists());
    commands.stop(1);
    assert_eq!(running.join().unwrap(), Err(Failure::Stopped));
    let child: i32 = std::fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
    let child = Pid::from_raw(child).unwrap();
    until(&|| rustix::process::test_kill_process(child).is_err() || is_zombie(child));
}

/// Killed, and only not yet asked about by whoever inherited it.
fn is_zombie(process: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    status.is_ok_and(|status| status.rsplit(')').next().unwrap_or("").trim_start().starts_with('Z'))
}

#[test]
fn more_than_is_wanted_is_refused() {
    assert_eq!(run("yes"), Err(Failure::TooMuch(1_000)));
    assert_eq!(run("head -c 1000 /dev/zero | tr '\\0' x").unwrap().len(), 1_000);
}

#[test]
fn a_command_that_never_reads_does_not_block() {
    let long = Errand { input: vec![b'x'; 1_000_000], ..errand("echo hi") };
    assert_eq!(Commands::default().run(&long).unwrap(), b"hi\n");
}

#[test]
fn a_clipboard_tool_may_stay_and_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let script = format!("cat > /dev/null; mkfifo '{0}' && cat '{0}' &", pipe.display());
    let script = format!("{script} while [ ! -p '{}' ]; do :; done", pipe.display());
    let stay = Errand { purpose: Purpose::Feed, ..errand(&script) };
    assert_eq!(Commands::default().run(&stay).unwrap(), b"");
    // Opens when somebody reads there: what was left behind lives, and now ends.
    std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
}

#[test]
fn stopping_one_stops_that_one_and_the_end_stops_all() {
    let commands = Commands::default();
    let run = |number| {
        let (commands, slow) = (commands.clone(), Errand { number, ..errand("sleep 600") });
        thread::spawn(move || commands.run(&slow))
    };
    let (one, other) = (run(1), run(2));
    commands.stop(1);
    assert_eq!(one.join().unwrap(), Err(Failure::Stopped));
    assert!(!other.is_finished());
    commands.end();
    assert_eq!(other.join().unwrap(), Err(Failure::Stopped));
    assert_eq!(commands.run(&Errand { number: 3, ..errand("true") }), Err(Failure::Stopped));
}
