//! The gang solver against trying everything, on small random problems; every answer is verified.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod property;

use std::collections::BTreeSet;

use podverdict::gang::solver::budget::Budget;
use podverdict::gang::solver::check::{Fault, check_proof, check_steps};
use podverdict::gang::solver::problem::{
    Affinity, Conflict, Group, Members, Need, Problem, Proof, Room, Spread, Step, Topology, Within,
};
use podverdict::gang::solver::solve::{Answer, solve};
use proptest::prelude::*;

/// Whether any sequence of steps lets the gang start, and how many members can be placed at most.
fn try_everything(problem: &Problem) -> (bool, u64) {
    let mut seen: BTreeSet<Vec<(usize, usize)>> = BTreeSet::new();
    let mut stack: Vec<Vec<(usize, usize)>> = vec![vec![]];
    let (mut starts, mut most) = (false, 0);
    while let Some(path) = stack.pop() {
        let steps = |path: &[(usize, usize)]| -> Vec<Step> {
            path.iter().map(|(member, node)| Step { member: *member, node: *node, count: 1 }).collect()
        };
        // A step that is not allowed ends the path; a group that lacks members does not.
        match check_steps(problem, &steps(&path)) {
            Ok(placed) => {
                starts = true;
                most = most.max(placed);
            }
            Err(Fault::Step { .. }) => continue,
            Err(_) => {}
        }
        for member in 0..problem.members.len() {
            for node in 0..problem.nodes.len() {
                let mut next = path.clone();
                next.push((member, node));
                let mut key = next.clone();
                key.sort_unstable();
                // The same members on the same nodes, but only if this order is allowed.
                if seen.contains(&key) {
                    continue;
                }
                if !matches!(check_steps(problem, &steps(&next)), Err(Fault::Step { .. })) {
                    seen.insert(key);
                    stack.push(next);
                }
            }
        }
    }
    (starts, most)
}

fn verify(problem: &Problem, answer: &Answer) {
    match answer {
        Answer::Placed(placed) => {
            assert_eq!(check_steps(problem, &placed.steps), Ok(placed.members), "{problem:#?}\n{answer:#?}");
        }
        Answer::Impossible(no) => {
            assert_eq!(
                check_proof(problem, &no.proof, Budget::new(50_000_000)),
                Ok(()),
                "{problem:#?}\n{answer:#?}"
            );
        }
        Answer::Undecided(_) => {}
    }
    let reach = match answer {
        Answer::Placed(_) => return,
        Answer::Impossible(no) => &no.reach,
        Answer::Undecided(undecided) => &undecided.reach,
    };
    if problem.is_flat() {
        assert!(reach.lower <= reach.upper, "{problem:#?}\n{answer:#?}");
        // What can be placed is shown.
        let less = with_need(problem, reach.lower);
        assert_eq!(check_steps(&less, &reach.steps), Ok(reach.lower), "{problem:#?}\n{answer:#?}");
    }
}

fn with_need(problem: &Problem, need: u64) -> Problem {
    let mut problem = problem.clone();
    problem.groups[0].need = Need::Members(need);
    problem
}

fn compare(problem: &Problem) {
    assert_eq!(problem.malformed(), None);
    let answer = solve(problem, Budget::default()).unwrap();
    verify(problem, &answer);
    let (starts, most) = try_everything(problem);
    match &answer {
        Answer::Placed(_) => assert!(starts, "{problem:#?}\n{answer:#?}"),
        Answer::Impossible(no) => {
            assert!(!starts, "{problem:#?}\n{answer:#?}");
            if problem.is_flat() {
                let (_, most) = try_everything(&with_need(problem, 0));
                assert!(no.reach.lower <= most && most <= no.reach.upper, "{most} {problem:#?}\n{answer:#?}");
            }
        }
        Answer::Undecided(_) => panic!("so small a problem is decided: {most} {problem:#?}\n{answer:#?}"),
    }
}

/// Nodes, classes and one group; no rules.
fn plain(nodes: usize, classes: usize, members: u64) -> impl Strategy<Value = Problem> {
    let resources = 1..=2_usize;
    (resources, 1..=nodes, 1..=classes).prop_flat_map(move |(resources, nodes, classes)| {
        let room = (prop::collection::vec(-1..=9_i64, resources), 0..=4_i64);
        let each = members / u64::try_from(classes).unwrap();
        let class = (
            prop::collection::vec(0..=5_i64, resources),
            1..=each.max(1),
            prop::collection::vec(prop::bool::weighted(0.8), nodes),
        );
        (
            prop::collection::vec(room, nodes),
            prop::collection::vec(class, classes),
            0..=members,
            prop::bool::ANY,
        )
            .prop_map(move |(rooms, classes, need, all)| {
                let mut problem = Problem {
                    resources: (0..resources).map(|r| format!("r{r}")).collect(),
                    nodes: rooms.into_iter().map(|(free, slots)| Room { free, slots }).collect(),
                    members: classes
                        .into_iter()
                        .map(|(request, count, allowed)| Members { count, request, allowed, group: 0 })
                        .collect(),
                    groups: vec![Group { parent: None, need: Need::Members(need), within: None }],
                    ..Problem::default()
                };
                if all {
                    problem.groups[0].need = Need::Members(problem.total());
                }
                problem
            })
    })
}

fn topology(nodes: usize, domains: usize) -> impl Strategy<Value = Topology> {
    prop::collection::vec(prop::option::weighted(0.9, 0..domains), nodes).prop_map(move |domain_of| {
        Topology { key: "zone".into(), domain_of, domains: (0..domains).map(|d| format!("d{d}")).collect() }
    })
}

/// Each node its own domain.
fn hosts(nodes: usize) -> Topology {
    Topology {
        key: "host".into(),
        domain_of: (0..nodes).map(Some).collect(),
        domains: (0..nodes).map(|n| format!("n{n}")).collect(),
    }
}

/// With topologies: zones, and hosts.
fn with_topologies(problem: Problem) -> impl Strategy<Value = Problem> {
    let nodes = problem.nodes.len();
    topology(nodes, 3).prop_map(move |zones| {
        let mut problem = problem.clone();
        problem.topologies = vec![zones, hosts(nodes)];
        problem
    })
}

fn within() -> impl Strategy<Value = Option<Within>> {
    let only = prop::option::weighted(0.2, 0..3_usize);
    let zone = only.prop_map(|only| Within { topology: 0, only });
    prop::option::weighted(0.6, prop_oneof![4 => zone, 1 => Just(Within { topology: 1, only: None })])
        .prop_map(|within| within.map(|w| if w.topology == 1 { Within { only: None, ..w } } else { w }))
}

fn conflicts(classes: usize) -> impl Strategy<Value = Vec<Conflict>> {
    let conflict =
        (0..classes, 0..classes, 0..2_usize).prop_map(|(a, b, topology)| Conflict { a, b, topology });
    prop::collection::vec(conflict, 0..=2)
}

fn spread(problem: &Problem) -> impl Strategy<Value = Spread> + use<> {
    let (nodes, classes) = (problem.nodes.len(), problem.members.len());
    let topologies = problem.topologies.clone();
    (
        0..classes,
        0..2_usize,
        1..=2_i64,
        1..=4_u64,
        prop::collection::vec(prop::bool::weighted(0.8), classes),
        prop::collection::vec(prop::bool::weighted(0.85), nodes),
        prop::collection::vec(0..=2_u64, nodes.max(3)),
    )
        .prop_map(move |(member, topology, max_skew, min_domains, counted, mut included, before)| {
            let of = &topologies[topology];
            for (included, domain) in included.iter_mut().zip(&of.domain_of) {
                *included &= domain.is_some();
            }
            let counts = |domain: usize| {
                let any = of.domain_of.iter().zip(&included).any(|(d, i)| *d == Some(domain) && *i);
                any.then(|| before[domain])
            };
            Spread {
                member,
                topology,
                max_skew,
                min_domains,
                counts_self: counted[member],
                before: (0..of.domains.len()).map(counts).collect(),
                counted,
                included,
            }
        })
}

fn affinity(problem: &Problem) -> impl Strategy<Value = Affinity> + use<> {
    let classes = problem.members.len();
    let domains: Vec<usize> = problem.topologies.iter().map(|t| t.domains.len()).collect();
    (
        0..classes,
        prop_oneof![Just(vec![0]), Just(vec![1]), Just(vec![0, 1])],
        prop::collection::vec(prop::bool::weighted(0.6), classes),
        prop::bool::weighted(0.3),
        prop::collection::vec(0..3_usize, 2),
    )
        .prop_map(move |(member, topologies, matched, held, domain)| Affinity {
            member,
            held: topologies
                .iter()
                .zip(domain)
                .map(|(t, d)| if held && d < domains[*t] { vec![d] } else { vec![] })
                .collect(),
            topologies,
            matched,
        })
}

fn ruled() -> impl Strategy<Value = Problem> {
    plain(4, 3, 5).prop_flat_map(with_topologies).prop_flat_map(|problem| {
        let classes = problem.members.len();
        (
            within(),
            conflicts(classes),
            prop::collection::vec(spread(&problem), 0..=2),
            prop::collection::vec(affinity(&problem), 0..=2),
            prop::bool::ANY,
        )
            .prop_map(move |(within, conflicts, spreads, affinities, alike)| {
                let mut problem = problem.clone();
                problem.groups[0].within = within;
                problem.conflicts = conflicts;
                problem.spreads = spreads;
                problem.affinities = affinities;
                if alike && let Some(first) = problem.affinities.first().cloned() {
                    // All members want to be near all: as the members of one application do.
                    problem.affinities = (0..classes)
                        .map(|member| Affinity { member, matched: vec![true; classes], ..first.clone() })
                        .collect();
                }
                problem
            })
    })
}

/// Groups of groups.
fn composite() -> impl Strategy<Value = Problem> {
    plain(4, 3, 5).prop_flat_map(with_topologies).prop_flat_map(|problem| {
        let classes = problem.members.len();
        (
            within(),
            prop::collection::vec((within(), 0..=3_u64, prop::bool::ANY), classes),
            0..=u64::try_from(classes).unwrap(),
            prop::bool::ANY,
            prop::bool::ANY,
        )
            .prop_map(move |(root, leaves, need, nested, twins)| {
                let mut problem = problem.clone();
                problem.groups = vec![Group { parent: None, need: Need::Groups(need), within: root }];
                let parent = if nested {
                    problem.groups[0].need = Need::Groups(need.min(1));
                    problem.groups.push(Group { parent: Some(0), need: Need::Groups(need), within: None });
                    1
                } else {
                    0
                };
                let first = problem.members[0].clone();
                let shape = leaves[0];
                for (class, leaf) in leaves.into_iter().enumerate() {
                    let (within, need, _) = if twins { shape } else { leaf };
                    problem.members[class].group = problem.groups.len();
                    if twins {
                        problem.members[class] = Members { group: problem.groups.len(), ..first.clone() };
                    }
                    problem.groups.push(Group { parent: Some(parent), need: Need::Members(need), within });
                }
                problem
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..property::config(256) })]

    #[test]
    fn plain_problems(problem in plain(4, 4, 6)) {
        compare(&problem);
    }

    #[test]
    fn problems_with_rules(problem in ruled()) {
        compare(&problem);
    }

    #[test]
    fn composite_problems(problem in composite()) {
        compare(&problem);
    }

    /// Larger problems: every answer is verified, and upper bounds hold against lower ones.
    #[test]
    fn larger_problems(problem in plain(24, 6, 60)) {
        let answer = solve(&problem, Budget::default()).unwrap();
        verify(&problem, &answer);
    }
}

/// Sizes that divide nothing, with no room to spare: an answer within the budget, or none.
#[test]
fn an_adversary_is_undecided_on_budget() {
    let sizes = [501, 499, 347, 337, 251, 241, 173, 167];
    let nodes: Vec<Room> = (0..40).map(|n| Room { free: vec![1009 + 2 * n], slots: 110 }).collect();
    let total: i64 = nodes.iter().map(|node| node.free[0]).sum();
    let mut problem = Problem {
        resources: vec!["cpu".into()],
        groups: vec![Group { parent: None, need: Need::Members(0), within: None }],
        ..Problem::default()
    };
    let count = total / sizes.iter().sum::<i64>();
    for size in sizes {
        problem.members.push(Members {
            count: u64::try_from(count).unwrap(),
            request: vec![size],
            allowed: vec![true; nodes.len()],
            group: 0,
        });
    }
    problem.nodes = nodes;
    problem.groups[0].need = Need::Members(problem.total());
    let answer = solve(&problem, Budget::new(200_000)).unwrap();
    verify(&problem, &answer);
    let Answer::Undecided(undecided) = answer else { return };
    assert!(undecided.reach.lower <= undecided.reach.upper);
}

#[test]
fn a_thousand_of_one_kind() {
    let mut problem = Problem::uniform(&["cpu", "gpu"], &[4000, 8], 1000, 1000, &[]);
    problem.nodes = (0..1000).map(|n| Room { free: vec![64_000 - n, 8], slots: 100 }).collect();
    problem.members[0].allowed = vec![true; 1000];
    let answer = solve(&problem, Budget::default()).unwrap();
    assert!(matches!(&answer, Answer::Placed(placed) if placed.members == 1000));
    verify(&problem, &answer);
    problem.nodes[17].free[1] = 7;
    let answer = solve(&problem, Budget::default()).unwrap();
    verify(&problem, &answer);
    let Answer::Impossible(no) = answer else { panic!("one node is short") };
    assert_eq!((no.reach.lower, no.reach.upper), (999, 999));
    assert!(matches!(no.proof, Proof::Prices { .. }));
}
