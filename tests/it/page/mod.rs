//! `index.html` in a browser: filter, navigation, themes, printing, and that no content becomes active.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod browser;
mod scene;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use browser::{Browser, browse};
use scene::Scene;

/// Returns the number of visible cases.
const SHOWN: &str = "return document.querySelectorAll('.case:not([hidden])').length";

/// Returns the id of the focused element, or of its case.
const FOCUS: &str = "return document.activeElement.id || document.activeElement.closest('[id]')?.id || ''";

#[test]
#[ignore = "needs chromium"]
fn no_interaction_violates_the_policy() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        browser.run("document.querySelectorAll('button').forEach((button) => button.click())").await;
        browser.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
        for key in ["j", "k", "o", "s", "t", "?", "?", "/"] {
            browser.press(key).await;
        }
        assert_eq!(browser.violations().await, json!([]));
        let forbidden = "document.body.setAttribute('onclick', 'alert(1)'); document.body.click()";
        browser.run(forbidden).await;
        browser.settled().await;
        assert_ne!(browser.violations().await, json!([]), "violations are recorded");
    });
}

#[test]
#[ignore = "needs chromium"]
fn the_filter_narrows_and_is_part_of_the_url() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        let all = browser.run(SHOWN).await;
        browser.run("document.querySelector('.chips [value=failed]').click()").await;
        assert_eq!(browser.run(SHOWN).await, json!(scene.failed()));
        let said = browser.run("return document.querySelector('.tools output').textContent").await;
        assert_eq!(said, json!(format!("{} of {all} cases", scene.failed())));
        let choose = "const choice = document.querySelector('[name=check]');
            choice.value = [...choice.options].find((option) => option.text === 'body-well-formed').value;
            choice.dispatchEvent(new Event('change'));
            return location.hash";
        let hash = browser.run(choose).await;
        assert_eq!(hash, json!("#?outcome=failed&check=body-well-formed"));
        assert_eq!(browser.run(SHOWN).await, json!(1));
        let findings = "return [...document.querySelectorAll('.finding:not([hidden]) dd:first-of-type')].filter((rule) => rule.parentElement.matches(':first-child')).map((rule) => rule.firstChild.textContent.trim())";
        assert_eq!(browser.run(findings).await, json!(["body-well-formed"]));
        browser.visit(scene.page(), hash.as_str().unwrap()).await;
        assert_eq!(browser.run(SHOWN).await, json!(1), "a shared view");
        browser.press("Escape").await;
        assert_eq!(browser.run(SHOWN).await, all);
        browser.visit(scene.page(), "#?text=without%20METADATA").await;
        assert_eq!(browser.run(SHOWN).await, json!(1));
        assert_eq!(browser.violations().await, json!([]));
    });
}

#[test]
#[ignore = "needs chromium"]
fn the_filter_distinguishes_new_known_and_waived_findings() {
    let scene = Scene::compared();
    let statuses = "return [...document.querySelectorAll('.chips [name=finding]')].map((chip) => chip.value)";
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        assert_eq!(browser.run(statuses).await, json!(["new", "known", "waived"]));
        for word in ["new", "known", "waived"] {
            browser.run(&format!("document.querySelector('.chips [value={word}]').click()")).await;
            assert_eq!(browser.run("return location.hash").await, json!(format!("#?finding={word}")));
            assert_eq!(browser.run(SHOWN).await, json!(scene.cases_with_status(word)), "{word}");
            let others =
                format!("return document.querySelectorAll('.finding:not([hidden]):not([data-f={word}])').length");
            assert_eq!(browser.run(&others).await, json!(0), "{word}");
            browser.press("Escape").await;
        }
        browser.visit(scene.page(), "#?outcome=failed&finding=new&finding=waived").await;
        let pressed = "return [...document.querySelectorAll('.chips [aria-pressed=true]')].map((chip) => chip.value)";
        assert_eq!(browser.run(pressed).await, json!(["failed", "new", "waived"]));
        browser.visit(Scene::mock().page(), "").await;
        assert_eq!(browser.run(statuses).await, json!([]));
        assert_eq!(browser.violations().await, json!([]));
    });
}

#[test]
#[ignore = "needs chromium"]
fn links_lead_to_findings_and_cases_despite_the_filter() {
    let scene = Scene::broken();
    browse(async |browser| {
        let link = |of: &str| format!("return document.querySelector('{of}').hash");
        browser.visit(scene.page(), "#?outcome=passed").await;
        let finding = browser.run(&link(".glance li:last-child a")).await;
        browser.run(&format!("location.hash = {finding}")).await;
        browser.settled().await;
        assert_eq!(browser.run(FOCUS).await, json!(finding.as_str().unwrap().trim_start_matches('#')));
        let case = browser.run(&link(".finding dd a")).await;
        browser.visit(scene.page(), case.as_str().unwrap()).await;
        let case = case.as_str().unwrap().trim_start_matches('#');
        assert_eq!(browser.run(FOCUS).await, json!(case));
        let diff = format!("return document.querySelector('#{case} .diff').checkVisibility()");
        assert_eq!(browser.run(&diff).await, json!(true));
    });
}

#[test]
#[ignore = "needs chromium"]
fn the_keyboard_navigates_between_failures() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        browser.press("j").await;
        let first = browser.run(FOCUS).await;
        assert_eq!(first, browser.run("return document.querySelector('.finding').id").await);
        browser.press("j").await;
        assert_ne!(browser.run(FOCUS).await, first);
        browser.press("k").await;
        assert_eq!(browser.run(FOCUS).await, first);
        browser.run("document.querySelector('.case[data-o=failed] summary').focus()").await;
        let open = "return document.querySelector('.case[data-o=failed] details').open";
        browser.press("o").await;
        assert_eq!(browser.run(open).await, json!(true));
        browser.press("/").await;
        assert_eq!(browser.run("return document.activeElement.name").await, json!("text"));
        browser.press("j").await;
        assert_eq!(browser.run("return document.activeElement.value").await, json!("j"), "typed, not navigated");
        browser.press("Escape").await;
        browser.press("?").await;
        assert_eq!(browser.run("return document.querySelector('dialog').open").await, json!(true));
    });
}

#[test]
#[ignore = "needs chromium"]
fn the_theme_follows_the_system_and_the_reader() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        let paper = "return getComputedStyle(document.body).backgroundColor";
        browser.medium("light", "screen").await;
        let light = browser.run(paper).await;
        browser.medium("dark", "screen").await;
        let dark = browser.run(paper).await;
        assert_ne!(light, dark);
        browser.press("t").await;
        assert_eq!(browser.run(paper).await, light, "light, though the system is dark");
        browser.visit(scene.page(), "").await;
        assert_eq!(browser.run(paper).await, light, "remembered");
    });
}

#[test]
#[ignore = "needs chromium"]
fn failures_are_printed() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        browser.medium("dark", "print").await;
        let seen = "const seen = (selector) => [...document.querySelectorAll(selector)].filter((it) => it.checkVisibility()).length;
            return [seen('.case[data-o=failed] .diff'), seen('.tools'), seen('.copy')]";
        assert_eq!(browser.run(seen).await, json!([scene.failed(), 0, 0]));
        let printed = browser.send("Page.printToPDF", json!({})).await;
        let pdf = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 50_000, "{} bytes", pdf.len());
    });
}

#[test]
#[ignore = "needs chromium"]
fn everything_can_be_read_without_script() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit_without_script(scene.page()).await;
        let seen = "const seen = (selector) => [...document.querySelectorAll(selector)].filter((it) => it.checkVisibility()).length;
            document.querySelectorAll('.case details').forEach((box) => { box.open = true; });
            return [seen('h1'), seen('.case[data-o=failed] .diff'), seen('.tools'), seen('.copy')]";
        assert_eq!(browser.run(seen).await, json!([1, scene.failed(), 0, 0]));
    });
}

#[test]
#[ignore = "needs chromium"]
fn side_by_side_diffs_show_expected_left_of_actual() {
    let scene = Scene::broken();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        let places = "const diff = document.querySelector('.finding .diff');
            const at = (name) => diff.querySelector(name).getBoundingClientRect();
            return [at('del').right <= at('ins').left, at('del').bottom <= at('ins').top]";
        assert_eq!(browser.run(places).await, json!([false, true]));
        browser.press("s").await;
        assert_eq!(browser.run(places).await, json!([true, false]));
    });
}

#[test]
#[ignore = "needs chromium"]
fn the_page_fits_narrow_and_wide_screens() {
    let scenes = [Scene::compared(), Scene::hostile()];
    browse(async |browser| {
        for (scene, width) in scenes.iter().flat_map(|scene| [(scene, 390), (scene, 1280)]) {
            browser.size(width, 900).await;
            browser.visit(scene.page(), "").await;
            browser.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
            let beyond = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.run(beyond).await, json!(0), "{width}");
            browser.press("s").await;
            assert_eq!(browser.run(beyond).await, json!(0), "{width}, side by side");
        }
    });
}

#[test]
#[ignore = "needs chromium"]
fn hostile_values_stay_values() {
    let scene = Scene::hostile();
    browse(async |browser| {
        browser.visit(scene.page(), "").await;
        browser.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
        let follow = "document.querySelectorAll('main a').forEach((link) => link.dispatchEvent(new MouseEvent('click', { bubbles: true })))";
        browser.run(follow).await;
        assert_eq!(browser.violations().await, json!([]));
        let made = "return document.querySelectorAll('main img, main iframe, main b b, main script, main style, main [onload], a:not([href^=\"#\"])').length";
        assert_eq!(browser.run(made).await, json!(0));
        let text = browser.run("return document.querySelector('main').textContent").await;
        let text = text.as_str().unwrap();
        assert!(text.contains(scene::MARKUP), "it is shown verbatim");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n') && !text.contains('\u{202e}'));
    });
}

#[test]
#[ignore = "needs chromium, and axe-core (SIGNOFF_AXE names its axe.min.js)"]
fn axe_finds_nothing_serious() {
    let axe = fs::read_to_string(std::env::var("SIGNOFF_AXE").expect("SIGNOFF_AXE names axe.min.js")).unwrap();
    let scenes = [Scene::broken(), Scene::compared(), Scene::hostile(), Scene::mock()];
    browse(async |browser| {
        for scene in &scenes {
            for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")] {
                browser.size(width, 900).await;
                browser.medium(scheme, "screen").await;
                assert_eq!(serious(browser, scene, &axe).await, Vec::<String>::new(), "{width} {scheme}");
            }
        }
    });
}

/// Returns serious and critical violations that axe finds with everything opened.
async fn serious(browser: &Browser, scene: &Scene, axe: &str) -> Vec<String> {
    browser.visit(scene.page(), "").await;
    browser.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
    browser.run(axe).await;
    let found = browser.run("return axe.run(document, { resultTypes: ['violations'] })").await;
    let violations = found["violations"].as_array().unwrap().iter();
    let bad = violations.filter(|found| matches!(found["impact"].as_str(), Some("serious" | "critical")));
    bad.map(|found| format!("{}: {}", found["id"], first_node(found))).collect()
}

fn first_node(found: &Value) -> String {
    let node = &found["nodes"][0];
    format!("{} {}", node["html"], node["failureSummary"])
}
