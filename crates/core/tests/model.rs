//! What the types of the model are on their own: times, lists, maps, specs as trees.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::hash::{DefaultHasher, Hash, Hasher};

use podverdict::model::{DefinitionHash, List, Map, Pod, RawJson, SpecTree, Time};
use podverdict::release::{Kubernetes, Release};

#[test]
fn times_are_what_go_reads() {
    let read = [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.25Z", "2026-01-02T03:04:05.25Z"),
        ("2026-01-02T03:04:05,25Z", "2026-01-02T03:04:05.25Z"),
        ("2026-01-02T03:04:05+01:30", "2026-01-02T01:34:05Z"),
        ("2026-01-02T03:04:05.5-01:00", "2026-01-02T04:04:05.5Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ];
    for (text, written) in read {
        assert_eq!(text.parse::<Time>().unwrap().to_string(), written);
    }
    for text in [
        "",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02t03:04:05Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05z",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:60Z",
        "2026-13-02T03:04:05Z",
        "2026-01-02T03:04:05+01",
        "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05+0a:00",
        "2026-01-02T03:04:05+01:00:00",
        "2026-01-02T03:04:05+01:00[UTC]",
        "x026-01-02T03:04:05Z",
    ] {
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
}

#[test]
fn the_zero_time_is_no_time() {
    let time = |text: &str| text.parse::<Time>().unwrap();
    assert!(time("0001-01-01T00:00:00Z").is_zero() && time("0001-01-01T01:00:00+01:00").is_zero());
    assert!(!time("0001-01-01T00:00:01Z").is_zero() && !Time::default().is_zero());
    let written = |text: &str| {
        let json = format!(r#"{{"metadata": {{"creationTimestamp": "{text}"}}}}"#);
        let pod = serde_json::from_str::<Pod>(&json).unwrap();
        serde_json::to_value(&pod).unwrap()["metadata"]["creationTimestamp"].clone()
    };
    assert!(written("0001-01-01T00:00:00Z").is_null());
    assert_eq!(written("2026-01-02T03:04:05.9Z"), "2026-01-02T03:04:05Z");
}

#[test]
fn a_list_knows_whether_it_was_given() {
    let read = |json: &str| serde_json::from_str::<List<String>>(json).unwrap();
    assert!(read("null").is_empty() && read("[]").is_empty());
    assert_eq!(serde_json::to_string(&read("null")).unwrap(), "null");
    assert_eq!(serde_json::to_string(&read("[]")).unwrap(), "[]");
    // Go takes `null` in a list for the zero value.
    assert_eq!(read(r#"["a", null]"#), List::from(vec![String::from("a"), String::new()]));
    let mut list: List<u8> = [1, 2].into_iter().collect();
    list.push(3);
    assert_eq!(list.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn of_a_key_that_comes_twice_the_last_value_stays() {
    let map: Map<u8> = [("b", 1), ("a", 2), ("b", 3), ("c", 4)].into_iter().collect();
    assert_eq!(map, [("a", 2), ("b", 3), ("c", 4)].into_iter().collect());
    let twice: Map<u8> = [("a", 1), ("a", 2)].into_iter().collect();
    assert_eq!((twice.len(), twice.get("a")), (1, Some(&2)));
    let json = r#"{"z": 1, "y": 2, "z": 3}"#;
    assert_eq!(serde_json::from_str::<Map<u8>>(json).unwrap().get("z"), Some(&3));
}

#[test]
fn long_maps_find_their_keys() {
    let names: Vec<String> = (0..100).map(|n| format!("k{n}")).collect();
    let map: Map<usize> = names.iter().enumerate().map(|(n, name)| (name.as_str(), n)).collect();
    for (n, name) in names.iter().enumerate() {
        assert_eq!(map.get(name), Some(&n));
    }
    assert!(!map.contains_key("k100") && !map.contains_key("") && !map.contains_key("l"));
}

#[test]
fn maps_are_compared_by_their_entries() {
    let one: Map<u8> = [("a", 1)].into_iter().collect();
    let other: Map<u8> = [("a", 2)].into_iter().collect();
    assert!(one < other && Map::<u8>::new() < one);
    let hash = |map: &Map<u8>| {
        let mut hasher = DefaultHasher::new();
        map.hash(&mut hasher);
        hasher.finish()
    };
    assert_ne!(hash(&one), hash(&other));
    assert_eq!(hash(&one), hash(&[("a", 1)].into_iter().collect()));
}

#[test]
fn a_definition_hash_is_a_word_or_a_number() {
    let read = |text: &str| serde_json::from_str::<DefinitionHash>(&format!("\"{text}\"")).ok();
    assert_eq!(read(""), Some(DefinitionHash::Match));
    assert_eq!(read("match"), Some(DefinitionHash::Match));
    assert_eq!(read("changed"), Some(DefinitionHash::Changed));
    assert_eq!(read("18446744073709551615"), Some(DefinitionHash::Value(u64::MAX)));
    for text in ["18446744073709551616", "+1", "-1", "1 ", "Match", "0x1"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn raw_json_stays_as_it_is_written() {
    let raw: RawJson = serde_json::from_str(r#"{"a":  1.0}"#).unwrap();
    assert_eq!(raw.text(), r#"{"a":  1.0}"#);
    assert_eq!(serde_json::to_string(&raw).unwrap(), r#"{"a":  1.0}"#);
}

#[test]
fn who_is_critical() {
    let critical = |json: &str| serde_json::from_str::<Pod>(json).unwrap().is_critical();
    assert!(
        critical(r#"{"spec": {"priority": 2000000000}}"#)
            && critical(r#"{"spec": {"priority": 2000000001}}"#)
    );
    assert!(!critical(r#"{"spec": {"priority": 1999999999}}"#) && !critical("{}"));
    assert!(critical(r#"{"metadata": {"annotations": {"kubernetes.io/config.source": "file"}}}"#));
    assert!(!critical(r#"{"metadata": {"annotations": {"kubernetes.io/config.source": "api"}}}"#));
    assert!(critical(r#"{"metadata": {"annotations": {"kubernetes.io/config.mirror": ""}}}"#));
}

fn tree(spec: &str) -> SpecTree {
    SpecTree::read(&Kubernetes::new(Release::V1_37), &format!(r#"{{"spec": {spec}}}"#), true).unwrap()
}

#[test]
fn an_empty_list_or_map_is_not_there() {
    let spec = tree(
        r#"{"tolerations": [], "nodeSelector": {}, "hostAliases": [{"ip": "::1"}], "overhead": {"cpu": "1"}}"#,
    );
    assert!(!spec.has("tolerations") && !spec.has("nodeSelector") && !spec.has("volumes"));
    assert!(spec.has("hostAliases") && spec.has("overhead"));
}

#[test]
fn specs_are_equal_apart_from_what_is_ignored() {
    let one = tree(r#"{"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}]}"#);
    let other = tree(r#"{"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:2"}]}"#);
    assert!(!one.equals(&other) && !one.equals_except(&other, &["containers[0].image"]));
    assert!(
        one.equals_except(&other, &["containers[].image"])
            && one.equals_except(&other, &["containers[1].image"])
    );
    assert!(one.equals_except(&other, &["containers[1]"]) && one.equals_except(&other, &["containers"]));
    assert!(!one.equals_except(&other, &["containers[].name"]));
    let init = |image: &str| tree(&format!(r#"{{"initContainers": [{{"name": "i", "image": "{image}"}}]}}"#));
    assert!(!init("x:1").equals_except(&init("x:2"), &["containers[].image"]));
    let mut copy = one.clone();
    copy.copy(&other, "containers[0].image");
    assert!(copy.equals(&one));
    copy.copy(&other, "containers[1].image");
    assert!(copy.equals(&other));
}

#[test]
fn a_part_is_found_and_removed_by_its_place() {
    let mut spec = tree(
        r#"{"volumes": [{"name": "a", "emptyDir": {"medium": "Memory"}}, {"name": "b", "emptyDir": {}}]}"#,
    );
    assert!(spec.has("volumes[].emptyDir.medium") && spec.has("volumes[0].emptyDir.medium"));
    assert!(!spec.has("volumes[1].emptyDir.medium") && !spec.has("volumes[2].emptyDir"));
    spec.remove("volumes[1].emptyDir");
    assert!(spec.has("volumes[0].emptyDir") && !spec.has("volumes[1].emptyDir"));
    spec.remove("volumes[].emptyDir.medium");
    assert!(!spec.has("volumes[0].emptyDir.medium"));
}

#[test]
fn times_in_a_spec_are_compared_as_times() {
    let claim = |metadata: &str| {
        tree(&format!(
            r#"{{"volumes": [{{"name": "e", "ephemeral": {{"volumeClaimTemplate": {{"metadata": {metadata}}}}}}}]}}"#
        ))
    };
    let time = claim(r#"{"creationTimestamp": "2026-01-02T03:04:05Z"}"#);
    assert!(time.equals(&claim(r#"{"creationTimestamp": "2026-01-02T04:04:05+01:00"}"#)));
    assert!(
        !time.equals(&claim(r#"{"creationTimestamp": "2026-01-02T03:04:06Z"}"#))
            && !time.equals(&claim("{}"))
    );
    assert!(claim("{}").equals(&claim(r#"{"creationTimestamp": null}"#)));
}

/// A plain object is there also where it is not given, and has its defaults.
#[test]
fn defaults_reach_into_objects_that_are_not_given() {
    let claim = |template: &str| {
        tree(&format!(
            r#"{{"volumes": [{{"name": "e", "ephemeral": {{"volumeClaimTemplate": {template}}}}}]}}"#
        ))
    };
    assert!(claim("{}").equals(&claim(r#"{"spec": {"volumeMode": "Filesystem"}}"#)));
}
