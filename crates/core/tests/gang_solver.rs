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
    Affinity, Conflict, Group, Members, Need, Problem, Proof, Room, Split, Spread, Step, Topology, Within,
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

/// The problem made easier, in one way each.
fn easier(problem: &Problem) -> Vec<Problem> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Problem)| {
        let mut easier = problem.clone();
        change(&mut easier);
        all.push(easier);
    };
    for node in 0..problem.nodes.len() {
        with(&|p| p.nodes[node].slots += 1);
        with(&|p| p.nodes[node].free.iter_mut().for_each(|free| *free += 1));
        with(&|p| p.members.iter_mut().for_each(|members| members.allowed[node] = true));
        for spread in 0..problem.spreads.len() {
            with(&|p| p.spreads[spread].included[node] = false);
        }
    }
    with(&|p| p.nodes.iter_mut().for_each(|node| node.free.iter_mut().for_each(|free| *free += 9)));
    with(&|p| p.nodes.iter_mut().for_each(|node| node.slots += 9));
    for class in 0..problem.members.len() {
        with(&|p| p.members[class].count += 1);
        with(&|p| p.members[class].request.iter_mut().for_each(|wanted| *wanted -= 1));
        with(&|p| p.members[class].request.fill(0));
    }
    for group in 0..problem.groups.len() {
        with(&|p| p.groups[group].within = None);
        with(&|p| match &mut p.groups[group].need {
            Need::Members(need) | Need::Groups(need) => *need = need.saturating_sub(1),
        });
    }
    for conflict in 0..problem.conflicts.len() {
        with(&|p| {
            p.conflicts.remove(conflict);
        });
    }
    for spread in 0..problem.spreads.len() {
        with(&|p| {
            p.spreads.remove(spread);
        });
        with(&|p| p.spreads[spread].max_skew += 1);
        with(&|p| p.spreads[spread].min_domains = 1);
        with(&|p| p.spreads[spread].counts_self = false);
    }
    for affinity in 0..problem.affinities.len() {
        with(&|p| {
            p.affinities.remove(affinity);
        });
        with(&|p| p.affinities[affinity].matched.fill(true));
        with(&|p| p.affinities[affinity].held.iter_mut().for_each(|held| held.push(0)));
    }
    all
}

/// Proofs that need no thought, of all kinds.
fn made_up(problem: &Problem) -> Vec<Proof> {
    let (classes, groups) = (problem.members.len(), problem.groups.len());
    let prices = |price: u64| Proof::Prices { prices: vec![price; classes], unit: 1 };
    let mut plain = vec![prices(0), prices(1), Proof::Exhausted { states: 0 }, Proof::Mirrored { twin: 0 }];
    plain.extend((0..groups).map(|group| Proof::TooFew { group }));
    for class in 0..classes {
        for (price, others) in [(1, 0), (0, 1), (2, 1), (1, 2), (3, 2)] {
            let mut prices = vec![others; classes];
            prices[class] = price;
            plain.push(Proof::Prices { prices, unit: price.max(others) });
        }
    }
    let mut all = plain.clone();
    plain.extend((1..groups).map(|twin| Proof::Mirrored { twin }));
    let domains = |topology: usize| 0..problem.topologies[topology].domains.len();
    for (group, within) in problem.groups.iter().enumerate().filter_map(|(g, group)| Some((g, group.within?)))
    {
        for proof in &plain {
            let cases = domains(within.topology).map(|domain| (vec![domain], proof.clone())).collect();
            all.push(Proof::Domains { split: Split::Group(group), cases });
        }
        for most in 0..2 {
            for proof in &plain {
                let alike = (0..groups).filter(|other| problem.groups[*other].within == Some(within));
                let domains = domains(within.topology).map(|domain| (domain, most, Some(proof.clone())));
                all.push(Proof::Siblings { groups: alike.collect(), domains: domains.collect() });
            }
        }
    }
    for (rule, affinity) in problem.affinities.iter().enumerate() {
        let mut tuples = vec![vec![]];
        for topology in &affinity.topologies {
            let longer = |tuple: &Vec<usize>| {
                let tuple = tuple.clone();
                domains(*topology)
                    .map(move |domain| [tuple.as_slice(), &[domain]].concat())
                    .collect::<Vec<_>>()
            };
            tuples = tuples.iter().flat_map(longer).collect();
        }
        for proof in &plain {
            let cases = tuples.iter().map(|tuple| (tuple.clone(), proof.clone())).collect();
            all.push(Proof::Domains { split: Split::Affinity(rule), cases });
        }
    }
    for group in 0..groups {
        for with in &plain {
            for without in &plain {
                let (with, without) = (Box::new(with.clone()), Box::new(without.clone()));
                all.push(Proof::Choice { group, with, without });
            }
        }
    }
    all
}

/// What can be placed cannot be proven impossible: neither by the proof of a harder problem nor by a made-up one.
fn refuse(problem: &Problem) {
    let budget = Budget::new(20_000);
    let starts = |problem: &Problem| matches!(solve(problem, Budget::default()), Ok(Answer::Placed(_)));
    match solve(problem, Budget::default()).unwrap() {
        Answer::Placed(_) => {
            for proof in made_up(problem) {
                let followed = check_proof(problem, &proof, budget);
                assert!(followed.is_err(), "{problem:#?}\n{proof:#?}");
            }
        }
        Answer::Impossible(no) => {
            for easier in easier(problem).into_iter().filter(|easier| starts(easier)) {
                let followed = check_proof(&easier, &no.proof, budget);
                assert!(followed.is_err(), "{easier:#?}\n{:#?}", no.proof);
            }
        }
        Answer::Undecided(_) => {}
    }
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

    #[test]
    fn what_can_be_placed_is_not_proven_impossible(problem in plain(4, 3, 6)) {
        refuse(&problem);
    }

    #[test]
    fn nor_is_it_with_rules(problem in ruled()) {
        refuse(&problem);
    }

    #[test]
    fn nor_with_groups_of_groups(problem in composite()) {
        refuse(&problem);
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

#[test]
fn a_fault_says_what_is_wrong() {
    let step = Fault::Step { at: 3, why: "no pod slot is free" };
    assert_eq!(step.to_string(), "step 3: no pod slot is free");
    assert_eq!(Fault::Proof("the group has enough").to_string(), "the group has enough");
    assert_eq!(Fault::Unchecked.to_string(), "the budget did not suffice to follow the proof");
}

/// Two groups below a root that needs one of them; a member of the other one must not take room that leads nowhere.
#[test]
fn members_of_a_group_that_lacks_some_stay_away() {
    let mut problem = Problem::uniform(&["cpu"], &[1], 1, 1, &[(&[9], 9)]);
    problem.members[0].group = 1;
    let mut other = problem.members[0].clone();
    other.group = 2;
    problem.members.push(other);
    let leaf = |need| Group { parent: Some(0), need: Need::Members(need), within: None };
    problem.groups = vec![Group { parent: None, need: Need::Groups(1), within: None }, leaf(1), leaf(2)];
    let step = |member| Step { member, node: 0, count: 1 };
    assert_eq!(check_steps(&problem, &[step(0)]), Ok(1));
    assert_eq!(
        check_steps(&problem, &[step(0), step(1)]),
        Err(Fault::Placement("members of a group that is not satisfied are placed"))
    );
}

/// More than 64 kinds on a node: their worth is bounded as if they could be cut into pieces.
#[test]
fn many_kinds_on_a_node_are_bounded() {
    for kinds in [12, 65, 80] {
        let mut problem = Problem::uniform(&["cpu"], &[2], 1, 0, &[(&[21], 200)]);
        problem.members = vec![problem.members[0].clone(); kinds];
        // Ten of them fit, and a half; half a member counts as a whole one in the sum.
        for (need, proven) in [(10, false), (11, kinds <= 64), (12, true)] {
            problem.groups[0].need = Need::Members(need);
            let proof = Proof::Prices { prices: vec![1; kinds], unit: 1 };
            let followed = check_proof(&problem, &proof, Budget::new(1_000_000));
            assert_eq!(followed.is_ok(), proven, "{kinds} {need} {followed:?}");
        }
    }
}

/// A problem whose parts do not fit together is refused before anything is computed, each with a sentence of its own.
#[test]
fn a_problem_that_does_not_fit_together_is_refused() {
    let mut good = Problem::uniform(&["cpu"], &[1], 2, 2, &[(&[9], 9), (&[9], 9)]);
    good.topologies = vec![hosts(2)];
    good.groups[0].need = Need::Groups(1);
    good.groups.push(Group {
        parent: Some(0),
        need: Need::Members(1),
        within: Some(Within { topology: 0, only: Some(1) }),
    });
    good.members[0].group = 1;
    good.conflicts = vec![Conflict { a: 0, b: 0, topology: 0 }];
    good.spreads = vec![Spread {
        member: 0,
        topology: 0,
        max_skew: 1,
        min_domains: 1,
        counts_self: true,
        counted: vec![true],
        included: vec![true, true],
        before: vec![Some(0), Some(0)],
    }];
    good.affinities =
        vec![Affinity { member: 0, topologies: vec![0], matched: vec![true], held: vec![vec![]] }];
    assert_eq!(good.malformed(), None);
    let refused = |change: &dyn Fn(&mut Problem)| {
        let mut odd = good.clone();
        change(&mut odd);
        let malformed = odd.malformed().unwrap();
        assert_eq!(solve(&odd, Budget::default()).unwrap_err(), malformed);
        malformed.to_string()
    };
    let root = "the first group, and only it, has no parent";
    assert_eq!(refused(&|p| p.groups[1].parent = None), root);
    assert_eq!(refused(&|p| p.groups[0].parent = Some(0)), root);
    let order = "a parent comes before its children";
    assert_eq!(refused(&|p| p.groups[1].parent = Some(1)), order);
    assert_eq!(refused(&|p| p.groups[1].parent = Some(2)), order);
    assert_eq!(refused(&|p| p.groups[0].need = Need::Members(1)), "a group of members has groups below it");
    assert_eq!(refused(&|p| p.groups.clear()), "there is no group");
    let only =
        |only| move |p: &mut Problem| p.groups[1].within = Some(Within { topology: 0, only: Some(only) });
    assert_eq!(refused(&only(2)), "a group is within a domain that is not there");
    assert_eq!(
        refused(&|p| p.groups[1].within = Some(Within { topology: 1, only: None })),
        "a group is within a topology that is not there"
    );
    let placed = "a topology does not place every node";
    assert_eq!(refused(&|p| p.topologies[0].domain_of.truncate(1)), placed);
    assert_eq!(refused(&|p| p.topologies[0].domain_of[1] = Some(2)), placed);
    assert_eq!(
        refused(&|p| p.nodes[1].free.clear()),
        "a node does not say how much of every resource is free"
    );
    assert_eq!(
        refused(&|p| p.members[0].request.clear()),
        "a class does not say how much of every resource it requests"
    );
    assert_eq!(
        refused(&|p| p.members[0].allowed.truncate(1)),
        "a class does not say of every node whether it is allowed"
    );
    for group in [0, 2] {
        assert_eq!(refused(&|p| p.members[0].group = group), "a class is in no group of members");
    }
    let conflict = "a conflict is about what is not there";
    assert_eq!(refused(&|p| p.conflicts[0].a = 1), conflict);
    assert_eq!(refused(&|p| p.conflicts[0].b = 1), conflict);
    assert_eq!(refused(&|p| p.conflicts[0].topology = 1), conflict);
    let spread = "a spread constraint is about what is not there";
    assert_eq!(refused(&|p| p.spreads[0].member = 1), spread);
    assert_eq!(refused(&|p| p.spreads[0].topology = 1), spread);
    assert_eq!(refused(&|p| p.spreads[0].counted.clear()), spread);
    assert_eq!(refused(&|p| p.spreads[0].included.truncate(1)), spread);
    assert_eq!(refused(&|p| p.spreads[0].before.truncate(1)), spread);
    let affinity = "an affinity is about what is not there";
    assert_eq!(refused(&|p| p.affinities[0].member = 1), affinity);
    assert_eq!(refused(&|p| p.affinities[0].matched.clear()), affinity);
    assert_eq!(refused(&|p| p.affinities[0].held.clear()), affinity);
    assert_eq!(refused(&|p| p.affinities[0].topologies[0] = 1), affinity);
    assert_eq!(
        refused(&|p| {
            p.affinities[0].topologies.clear();
            p.affinities[0].held.clear();
        }),
        affinity
    );
}
