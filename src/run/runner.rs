//! Runs a prepared run: stories concurrently, the cases of a story in order, on the current tokio runtime.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;

use crate::transport::Transport;

use super::context::RunContext;
use super::event::Sink;
use super::limits::Limits;
use super::prepared::PreparedRun;
use super::selection::SelectedStory;
use super::stop::Stop;
use super::story_runner;

/// Runs every selected case and passes each finished one to `sink`. Returns when all are done or the run is abandoned. Cases that
/// did not start before the run stopped are reported as skipped, with the reason `interrupted` or `fail-fast`; failing fast
/// leaves `stop` unchanged.
pub(crate) async fn run(
    prepared: &PreparedRun<'_>,
    transport: &impl Transport,
    limits: &Limits,
    stop: &Stop,
    sink: &mut dyn Sink,
) {
    let context = RunContext::new(prepared, transport, limits, stop, sink);
    tokio::select! {
        biased;
        () = context.follow_user_stop() => {}
        () = run_all(&context) => {}
        () = context.deliver() => {}
    }
    context.flush();
}

async fn run_all<T: Transport>(context: &RunContext<'_, T>) {
    context.begin(context.prepared.stories().map(|story| story.cases().count()).sum());
    let run_lane = async |lane| {
        for story in lane {
            story_runner::run(context, story).await;
        }
    };
    stream::iter(lanes(context.prepared)).for_each_concurrent(context.jobs(), run_lane).await;
}

/// Stories that run one after another.
type Lane<'r> = Vec<SelectedStory<'r, 'r>>;

/// Groups stories into lanes: those of one `serial` name share a lane, every other has its own. The longest lane starts first,
/// so that it is not the only one running at the end.
fn lanes<'r>(prepared: &'r PreparedRun<'r>) -> Vec<Lane<'r>> {
    let mut serial: BTreeMap<&str, Lane<'r>> = BTreeMap::new();
    let mut lanes = Vec::new();
    for selected in prepared.stories() {
        match &selected.story.file.serial {
            Some(name) => serial.entry(name).or_default().push(selected),
            None => lanes.push(vec![selected]),
        }
    }
    lanes.extend(serial.into_values());
    let cases = |lane: &Lane<'r>| lane.iter().map(|story| story.cases().count()).sum::<usize>();
    lanes.sort_by_cached_key(|lane| Reverse(cases(lane)));
    lanes
}
