//! Matters that somebody passed on: what their origin must be like, and what must be told before they are closed.

use super::script::{check, told};
use crate::model::parts::ReportItem;

#[test]
fn an_origin_that_contradicts_itself_is_refused() {
    check("file nfra nfra12378", "filed");
    check("file nfra pbc12363", "origin-hotline");
    check("file government government12345 result", "filed");
    check("file result", "origin-wanted");
    check("file pbc unnumbered", "origin-number");
    check("file media unnumbered", "filed");
}

#[test]
fn a_media_matter_runs_on_the_clocks_of_a_complaint() {
    let story = told("file media unnumbered");
    assert!(story.order().clocks.iter().any(|clock| clock.rule.id() == "cp.nfra.simple"));
}

#[test]
fn everything_asked_for_is_told_before_the_order_closes() {
    const DECIDED: &str = "file nfra deadline acceptance result rectification; register; notify acceptance; classify; \
                           assign; accept; contact; decide; notify decision; visit 5";
    check(&format!("{DECIDED}; close"), "report-outstanding");
    check(&format!("{DECIDED}; report-back"), "report-lacks");
    check(&format!("{DECIDED}; report-back result; close"), "report-outstanding");
    check(&format!("{DECIDED}; report-back result; report-back acceptance rectification; officer: close"), "closed");
    let story = told(&format!("{DECIDED}; report-back result evidence"));
    assert_eq!(story.order().unreported(), [ReportItem::Acceptance, ReportItem::Rectification]);
    let open = |story: &super::script::Story| story.order().open_for(&[crate::model::verb::REPORT]).len();
    assert_eq!(open(&story), 1, "the sender's clock runs until everything was told");
    let story = told(&format!("{DECIDED}; report-back result acceptance rectification"));
    assert!(story.order().reported);
    assert_eq!(open(&story), 0);
    check(&format!("{DECIDED}; report-back result acceptance rectification; report-back result"), "already-reported");
}

#[test]
fn what_can_be_told_beforehand_is_told_beforehand() {
    check("file nfra acceptance result; register; report-back acceptance", "registered");
    check("file nfra acceptance result; register; report-back result", "report-early");
    check("file nfra result; register; report-back result", "not-decided");
    check("file nfra acceptance result; register; report-back acceptance; report-back acceptance", "not-decided");
}
