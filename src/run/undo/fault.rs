//! Why nothing is done with a target of an undo, in the words of its result.

use crate::outcome::fault::{Fault, FaultKind};
use crate::run::undo::plan::{AlreadyUndone, Author, ChangedBy, UndoStep, WithoutInverse};
use crate::run::undo::undone_run::UndoneRun;
use crate::time;

impl UndoneRun {
    /// Why nothing is done with a target; `None` where something is.
    pub(super) fn fault(&self, step: UndoStep) -> Option<Fault> {
        match step {
            UndoStep::Restore(_) => None,
            UndoStep::DoneBefore(why) => Some(Fault::new(FaultKind::DoneBefore, undone(why))),
            UndoStep::NoInverse(why) => {
                Some(Fault::new(FaultKind::NoInverse, self.without_inverse(why)))
            }
            UndoStep::Changed(by) => {
                let fault = Fault::new(FaultKind::Changed, self.changed(by));
                Some(fault.hint("--even-changed puts it back all the same"))
            }
        }
    }

    fn without_inverse(&self, why: WithoutInverse) -> String {
        match why {
            WithoutInverse::Momentary => {
                "it was done once, which leaves nothing to put back".into()
            }
            WithoutInverse::Untold => "no record holds the earlier state".into(),
            WithoutInverse::Unsupported => {
                "the vendor has no operation that sets what held before".into()
            }
            WithoutInverse::InDoubt(author) => {
                let run = self.run_of(author);
                format!("run {run} left it in doubt, so that what held before is not known")
            }
        }
    }

    fn changed(&self, by: ChangedBy) -> String {
        match by {
            ChangedBy::Record(author, at) => {
                format!("run {} changed it at {}", self.run_of(author), time::seconds(at))
            }
            ChangedBy::Vendor => "the vendor's state is not the one that the run left".into(),
        }
    }

    fn run_of(&self, author: Author) -> &str {
        match author {
            Author::Other(index) => self.targets.runs[index].id.short(),
            Author::ThisRun | Author::ItsUndo => self.summary.id.short(),
        }
    }
}

fn undone(why: AlreadyUndone) -> String {
    match why {
        AlreadyUndone::Ended => "done before: its ban has ended by itself".into(),
        AlreadyUndone::PutBack(at) => format!("done before: put back at {}", time::seconds(at)),
        AlreadyUndone::SameAsBefore => "done before: the run set what already held".into(),
    }
}
