//! The commit and the job of a run, as CI systems name them in the environment.

use std::collections::BTreeMap;

use crate::record::Job;

/// Variables with the commit.
const COMMIT: &[&str] = &[
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "GIT_COMMIT",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "BUILD_SOURCEVERSION",
    "BITBUCKET_COMMIT",
];

/// Variables with the number of the job or build.
const NAME: &[&str] = &[
    "GITHUB_RUN_NUMBER",
    "CI_JOB_ID",
    "BUILD_NUMBER",
    "BUILDKITE_BUILD_NUMBER",
    "CIRCLE_BUILD_NUM",
    "BITBUCKET_BUILD_NUMBER",
];

/// Variables with the URL of the job or build.
const URL: &[&str] = &["CI_JOB_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL"];

/// Parts of the URL of a GitHub Actions run, each with the variable that follows it.
const GITHUB: &[(&str, &str)] =
    &[("", "GITHUB_SERVER_URL"), ("/", "GITHUB_REPOSITORY"), ("/actions/runs/", "GITHUB_RUN_ID")];

/// Returns the commit and the job that `env` names; nothing outside CI.
pub(super) fn of(env: &BTreeMap<String, String>) -> Option<Job> {
    let value = |name: &str| env.get(name).filter(|value| !value.is_empty());
    let first = |names: &[&str]| names.iter().find_map(|name| value(name).cloned());
    let github: Option<String> =
        GITHUB.iter().map(|(before, name)| Some(format!("{before}{}", value(name)?))).collect();
    let job = Job { commit: first(COMMIT), name: first(NAME), url: github.or_else(|| first(URL)) };
    (job != Job::default()).then_some(job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_named_by_the_variables_of_their_system() {
        let check = |env: &[(&str, &str)], expect: Option<[Option<&str>; 3]>| {
            let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let [commit, name, url] = expect.unwrap_or_default().map(|text| text.map(str::to_owned));
            assert_eq!(of(&env), expect.map(|_| Job { commit, name, url }));
        };
        check(&[("HOME", "/root"), ("CI", "true"), ("GIT_COMMIT", "")], None);
        let github = [
            ("GITHUB_SHA", "3f2c9d1"),
            ("GITHUB_RUN_NUMBER", "12"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/api"),
            ("GITHUB_RUN_ID", "4711"),
        ];
        let url = "https://github.com/acme/api/actions/runs/4711";
        check(&github, Some([Some("3f2c9d1"), Some("12"), Some(url)]));
        check(&github[..1], Some([Some("3f2c9d1"), None, None]));
        let gitlab = [("CI_COMMIT_SHA", "a"), ("CI_JOB_ID", "7"), ("CI_JOB_URL", "https://gitlab.example/-/jobs/7")];
        check(&gitlab, Some([Some("a"), Some("7"), Some("https://gitlab.example/-/jobs/7")]));
    }
}
