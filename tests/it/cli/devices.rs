//! Devices in place of files: they do not end, so they are refused.

use super::project::Project;

#[test]
fn a_device_is_no_input() {
    let project = Project::new();
    let device = "/dev/zero";
    for args in [
        &["run", "--failed=/dev/zero"][..],
        &["run", "--waivers", device],
        &["run", "--baseline", device],
        &["report", "render", "--from", device],
        &["waive", "--from", device],
        &["mock", "--rules", device],
        &["check", "--spec", device],
        &["check", "--config", device],
    ] {
        let ended = project.call(args);
        assert_eq!(ended.code, 2, "{args:?}: {ended:?}");
        assert!(ended.err.contains("not a regular file"), "{args:?}: {ended:?}");
    }
}

#[test]
fn an_endless_output_is_not_read() {
    let project = Project::new();
    project.write("a.sh", "curl https://h/things/1\n");
    let ended = project.call(&["import", "curl", "--output", "/dev/full", "a.sh"]);
    assert_eq!(ended.code, 2, "{ended:?}");
}
