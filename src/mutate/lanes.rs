//! The selected stories, each prepared once and run for every mutant, in lanes: stories of one `serial` name run one after
//! another on the same state, every other story on a state of its own.

use std::collections::BTreeMap;

use crate::case::Story;
use crate::problem::Problem;
use crate::run::{Filter, Inputs, PreparedRun, Selection};

/// Stories that share the state of the mock, in order.
pub(crate) type Lane<'a> = Vec<PreparedStory<'a>>;

/// A story that is ready to be run any number of times.
pub(crate) struct PreparedStory<'a> {
    /// The story.
    pub story: &'a Story,
    /// Its selected cases.
    pub prepared: PreparedRun<'a>,
}

/// Prepares the stories that `filter` selects. Returns all problems.
pub(crate) fn prepare<'a>(inputs: &Inputs<'a>, filter: &Filter) -> Result<Vec<Lane<'a>>, Vec<Problem>> {
    let selection = filter.select(inputs.contract, inputs.suite)?;
    prepare_selected(inputs, &selection)
}

/// Prepares the stories of the selected cases. Returns all problems.
pub(crate) fn prepare_selected<'a>(inputs: &Inputs<'a>, selection: &Selection) -> Result<Vec<Lane<'a>>, Vec<Problem>> {
    let (mut lanes, mut serial) = (Vec::<Lane<'a>>::new(), BTreeMap::<&str, usize>::new());
    let mut problems = Vec::new();
    for (index, selection) in selection.per_story() {
        let story = &inputs.suite.stories[index];
        let prepared = match PreparedRun::verified(inputs.clone(), selection) {
            Ok(prepared) => PreparedStory { story, prepared },
            Err(more) => {
                problems.extend(more);
                continue;
            }
        };
        match story.file.serial.as_deref().map(|name| (name, serial.get(name).copied())) {
            Some((_, Some(lane))) => lanes[lane].push(prepared),
            Some((name, None)) => {
                serial.insert(name, lanes.len());
                lanes.push(vec![prepared]);
            }
            None => lanes.push(vec![prepared]),
        }
    }
    if problems.is_empty() { Ok(lanes) } else { Err(problems) }
}
