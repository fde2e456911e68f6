//! Which steps which situation asks for.

use super::*;

fn steps(kind: Kind, channel: Channel, stage: Option<Stage>, risks: &[Risk]) -> Vec<String> {
    let situation = Situation { kind, channel, stage, risks: risks.to_vec() };
    Playbook::shipped().steps(&situation).into_iter().map(|step| step.id.clone()).collect()
}

fn every(mut told: impl FnMut(Kind, Channel, Option<Stage>, Risk, &[String])) {
    let stages = Stage::ALL.iter().copied().map(Some).chain([None]);
    for stage in stages {
        for kind in Kind::ALL {
            for channel in Channel::ALL {
                for risk in Risk::ALL {
                    told(*kind, *channel, stage, *risk, &steps(*kind, *channel, stage, &[*risk]));
                }
            }
        }
    }
}

#[test]
fn the_files_that_ship_have_no_fault_and_no_id_twice() {
    let mut ids = Vec::new();
    for (name, text) in SHIPPED {
        assert_eq!(check(text), [], "{name}");
        let (steps, _) = read::file(text).unwrap();
        ids.extend(steps.into_iter().map(|step| step.id));
    }
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!((once.len(), ids.len()), (ids.len(), Playbook::shipped().steps.len()));
}

#[test]
fn every_situation_has_an_ordered_list_that_begins_with_kind_and_time() {
    let mut seen = 0;
    every(|kind, channel, stage, risk, steps| {
        seen += 1;
        let story = format!("{kind:?} {channel:?} {stage:?} {risk:?}: {steps:?}");
        let steps = match stage {
            // The stage is asked for first where nobody knows it.
            None => {
                assert_eq!(steps[0], "stage", "{story}");
                &steps[1..]
            }
            Some(_) => steps,
        };
        assert_eq!(steps[0], "confirm", "{story}");
        assert!((4..=16).contains(&steps.len()), "{story}");
        assert!(steps.last().unwrap().starts_with("answer"), "{story}");
        for needed in ["history", "platform"] {
            assert!(steps.iter().any(|step| step == needed), "{story}");
        }
        let orders: Vec<i64> = steps.iter().map(|id| Playbook::shipped().step(id).unwrap().order).collect();
        assert!(orders.is_sorted(), "{story}");
    });
    assert_eq!(seen, 4 * 6 * 5 * 5);
}

#[test]
fn before_shipping_the_order_is_cancelled_and_refunded_and_no_parcel_is_asked_for() {
    every(|kind, channel, stage, risk, steps| {
        let story = format!("{kind:?} {channel:?} {stage:?} {risk:?}: {steps:?}");
        let has = |word: &str| steps.iter().any(|step| step.starts_with(word));
        if stage == Some(Stage::BeforeShipping) {
            assert!(steps[1].starts_with("cancel"), "{story}");
            assert!(!has("tracking") && !has("proof") && !has("listing") && !has("offer"), "{story}");
        } else {
            assert!(!has("cancel-chargeback") && !steps.iter().any(|step| step == "cancel"), "{story}");
        }
        let gone = matches!(stage, Some(Stage::UnderWay | Stage::Delivered));
        assert_eq!(has("tracking"), gone, "{story}");
    });
}

#[test]
fn each_kind_asks_for_its_own_evidence() {
    let delivered = Some(Stage::Delivered);
    let lost = steps(Kind::NotReceived, Channel::Message, delivered, &[]);
    assert_eq!(
        lost,
        [
            "confirm",
            "tracking",
            "address",
            "proof",
            "neighbours",
            "packed",
            "history",
            "platform",
            "offer",
            "answer"
        ]
    );
    let under_way = steps(Kind::NotReceived, Channel::Message, Some(Stage::UnderWay), &[]);
    assert!(under_way.contains(&"trace".to_owned()) && !under_way.contains(&"proof".to_owned()));
    let wrong = steps(Kind::NotAsDescribed, Channel::Return, delivered, &[]);
    for check in
        ["listing-picture", "listing-parameters", "listing-units", "listing-packaging", "return-policy"]
    {
        assert!(wrong.contains(&check.to_owned()), "{wrong:?}");
    }
    let units = Playbook::shipped().step("listing-units").unwrap();
    assert!(units.text.iter().all(|text| text.contains("23 %")));
    let broken = steps(Kind::Defective, Channel::Atoz, delivered, &[]);
    assert!(broken.contains(&"fault-photo".to_owned()) && broken.contains(&"proof-claim".to_owned()));
    assert_eq!(broken.last().unwrap(), "answer-amazon");
    let back = steps(Kind::Defective, Channel::Return, Some(Stage::Returned), &[]);
    assert!(back.contains(&"inspect".to_owned()) && !back.contains(&"fault-photo".to_owned()));
}

#[test]
fn risky_categories_ask_for_their_documents_and_an_article_may_be_in_two() {
    let risky = Risk::ALL.iter().filter(|risk| **risk != Risk::Ordinary);
    for risk in risky {
        let found = steps(Kind::Defective, Channel::Message, Some(Stage::Delivered), &[*risk]);
        let documents: Vec<_> = found.iter().filter(|step| step.starts_with("documents")).collect();
        assert_eq!(documents, [&format!("documents-{}", risk.word())]);
        let lost = steps(Kind::NotReceived, Channel::Message, Some(Stage::Delivered), &[*risk]);
        assert!(!lost.iter().any(|step| step.starts_with("documents")));
    }
    let both = [Risk::Children, Risk::Electronics];
    let found = steps(Kind::Defective, Channel::Message, Some(Stage::Delivered), &both);
    assert_eq!(found.iter().filter(|step| step.starts_with("documents")).count(), 2);
}

#[test]
fn the_category_is_told_by_the_words_of_the_name_in_any_language() {
    let rows: &[(&str, &[Risk])] = &[
        ("Brake pads front, ceramic", &[Risk::Automotive]),
        ("Scheibenwischer 2 Stück", &[Risk::Automotive]),
        ("Digital blood pressure monitor", &[Risk::Medical, Risk::Electronics]),
        ("Tensiomètre de bras", &[Risk::Medical]),
        ("Kinderwagen mit Regenschutz", &[Risk::Children]),
        ("Peluche ours 40 cm", &[Risk::Children]),
        ("Juguete de madera", &[Risk::Children]),
        ("Caricabatterie USB-C 65 W", &[Risk::Electronics]),
        ("静音キーボード", &[Risk::Electronics]),
        ("儿童积木玩具", &[Risk::Children]),
        ("车载充电器", &[Risk::Automotive, Risk::Electronics]),
        ("Quiet keyboard, 87 keys", &[Risk::Electronics]),
        ("Schreibtischlampe LED", &[Risk::Electronics]),
        ("Carpet, wool, 2 m", &[]),
        ("Steel water bottle 750 ml", &[]),
        ("Apron for women", &[]),
    ];
    for (name, risks) in rows {
        assert_eq!(Playbook::shipped().risks([*name]), *risks, "{name}");
    }
    assert_eq!(Playbook::shipped().risks(["EB-US-7", "earbuds"]), [Risk::Electronics]);
}

const STEP: &str = "[[step]]\nid = \"weigh\"\norder = 39\nwants = \"note\"\nnext = \"weigh it\"\nnext_zh = \"称重\"\ntext = \"Weigh it.\"\ntext_zh = \"称重。\"\n";

#[test]
fn the_operators_own_file_adds_steps_replaces_them_and_adds_words() {
    let own = format!("{STEP}{}", STEP.replace("weigh\"\norder = 39", "history\"\norder = 11"));
    let book = Playbook::shipped()
        .with(&format!("{own}[[category]]\nname = \"medical\"\nwords = [\"salve\"]\n"))
        .unwrap();
    let situation = Situation {
        kind: Kind::NotReceived,
        channel: Channel::Message,
        stage: Some(Stage::Delivered),
        risks: Vec::new(),
    };
    let ids: Vec<&str> = book.steps(&situation).iter().map(|step| step.id.as_str()).collect();
    assert_eq!(&ids[..3], ["confirm", "history", "tracking"]);
    assert!(ids.contains(&"weigh"));
    assert_eq!(ids.iter().filter(|id| **id == "history").count(), 1);
    assert_eq!(book.risks(["Horse salve"]), [Risk::Medical]);
}

#[test]
fn every_mistake_is_named_with_its_line_in_both_languages() {
    let wrong = format!("{STEP}kinds = [\"lost\"]\nstages = [\n  \"delivered\",\n  \"gone\",\n]\n\n{STEP}");
    let faults = check(&wrong);
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [9, 12, 16], "{faults:?}");
    assert!(faults[0].what[0].contains("`lost` is no kind: not_received"), "{faults:?}");
    assert!(faults[1].what[1].contains("不是有效的阶段"), "{faults:?}");
    assert!(faults[2].what[0].contains("there twice"), "{faults:?}");
    for (text, line) in [
        ("[[step]]\nid = \"x\"\nordre = 3\n", 3),
        ("\n\n[[stop]]\n", 3),
        ("[[category]]\nname = \"toys\"\nwords = [\"x\"]\n", 2),
        ("[[category]]\nname = \"ordinary\"\nwords = []\n", 2),
        ("[[category]]\nname = \"children\"\nwords = [\"doll\", \"*\"]\n", 3),
        ("a = = 1", 1),
        (&STEP.replace("weigh\"", "we/igh\""), 2),
        (&STEP.replace("wants = \"note\"", "wants = \"photo\""), 4),
        (&STEP.replace("称重。", ""), 8),
    ] {
        let faults = check(text);
        assert_eq!(faults.first().map(|fault| fault.line), Some(line), "{text}: {faults:?}");
    }
    assert_eq!(check(""), []);
}

#[test]
fn what_the_operator_said_of_the_stage_stands_until_the_order_moves_on() {
    use Stage::{BeforeShipping, Delivered, Returned, UnderWay};
    let rows = [
        (None, None, None),
        (None, Some(UnderWay), Some(UnderWay)),
        (Some((UnderWay, None)), None, Some(UnderWay)),
        (Some((Delivered, Some(UnderWay))), Some(UnderWay), Some(Delivered)),
        (Some((BeforeShipping, Some(UnderWay))), Some(UnderWay), Some(BeforeShipping)),
        (Some((Delivered, Some(UnderWay))), Some(Returned), Some(Returned)),
        (Some((Delivered, None)), Some(UnderWay), Some(Delivered)),
        (Some((BeforeShipping, None)), Some(UnderWay), Some(UnderWay)),
        (Some((UnderWay, Some(BeforeShipping))), None, Some(UnderWay)),
    ];
    for (said, order, now) in rows {
        assert_eq!(stage(said, order), now, "{said:?} {order:?}");
    }
}
