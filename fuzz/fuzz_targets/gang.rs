//! Gangs made to be hard: every placement and every proof is checked by a checker that shares no code with the search, and the
//! search ends with its budget.
#![no_main]

use std::time::{Duration, Instant};

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use podverdict::gang::solver::budget::Budget;
use podverdict::gang::solver::check::{check_proof, check_steps};
use podverdict::gang::solver::problem::{
    Affinity, Conflict, Group, Members, Need, Problem, Room, Spread, Topology, Within,
};
use podverdict::gang::solver::solve::{Answer, solve};

#[derive(Debug)]
struct Hard(Problem);

fn amount(u: &mut Unstructured<'_>, most: i64) -> arbitrary::Result<i64> {
    Ok(match u.int_in_range(0..=19)? {
        0 => i64::MAX,
        1 => i64::MIN,
        _ => u.int_in_range(-1..=most)?,
    })
}

fn flags(u: &mut Unstructured<'_>, n: usize) -> arbitrary::Result<Vec<bool>> {
    (0..n).map(|_| Ok(u.ratio(4, 5)?)).collect()
}

impl<'a> Arbitrary<'a> for Hard {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let resources = u.int_in_range(1..=3_usize)?;
        let nodes = u.int_in_range(0..=24_usize)?;
        let classes = u.int_in_range(1..=6_usize)?;
        let mut problem =
            Problem { resources: (0..resources).map(|r| format!("r{r}")).collect(), ..Problem::default() };
        for _ in 0..nodes {
            let free = (0..resources).map(|_| amount(u, 40)).collect::<Result<_, _>>()?;
            problem.nodes.push(Room { free, slots: u.int_in_range(-1..=12)? });
        }
        for key in ["zone", "rack"] {
            let domains = u.int_in_range(1..=4_usize)?;
            let domain_of = (0..nodes)
                .map(|_| Ok(if u.ratio(9, 10)? { Some(u.choose_index(domains)?) } else { None }))
                .collect::<Result<_, _>>()?;
            let domains = (0..domains).map(|d| format!("{key}{d}")).collect();
            problem.topologies.push(Topology { key: key.into(), domain_of, domains });
        }
        let within = |u: &mut Unstructured<'_>, problem: &Problem| {
            if u.ratio(1, 2)? {
                return arbitrary::Result::Ok(None);
            }
            let topology = u.choose_index(2)?;
            let domains = problem.topologies[topology].domains.len();
            let only = if u.ratio(1, 5)? { Some(u.choose_index(domains)?) } else { None };
            Ok(Some(Within { topology, only }))
        };
        let children = u.int_in_range(0..=3_usize)?;
        let root = if children == 0 {
            Need::Members(u.int_in_range(0..=30)?)
        } else {
            Need::Groups(u.int_in_range(0..=4)?)
        };
        problem.groups.push(Group { parent: None, need: root, within: within(u, &problem)? });
        for _ in 0..children {
            let need = Need::Members(u.int_in_range(0..=12)?);
            problem.groups.push(Group { parent: Some(0), need, within: within(u, &problem)? });
        }
        for _ in 0..classes {
            let request = (0..resources).map(|_| amount(u, 15)).collect::<Result<_, _>>()?;
            let group = if children == 0 { 0 } else { 1 + u.choose_index(children)? };
            problem.members.push(Members {
                count: u.int_in_range(0..=10)?,
                request,
                allowed: flags(u, nodes)?,
                group,
            });
        }
        for _ in 0..u.int_in_range(0..=2)? {
            let (a, b) = (u.choose_index(classes)?, u.choose_index(classes)?);
            problem.conflicts.push(Conflict { a, b, topology: u.choose_index(2)? });
        }
        for _ in 0..u.int_in_range(0..=2)? {
            let topology = u.choose_index(2)?;
            let of = &problem.topologies[topology];
            let mut included = flags(u, nodes)?;
            for (included, domain) in included.iter_mut().zip(&of.domain_of) {
                *included &= domain.is_some();
            }
            let mut before = Vec::new();
            for domain in 0..of.domains.len() {
                let any = of.domain_of.iter().zip(&included).any(|(d, i)| *d == Some(domain) && *i);
                before.push(if any { Some(u.int_in_range(0..=3)?) } else { None });
            }
            problem.spreads.push(Spread {
                member: u.choose_index(classes)?,
                topology,
                max_skew: u.int_in_range(1..=3)?,
                min_domains: u.int_in_range(1..=4)?,
                counts_self: u.arbitrary()?,
                counted: flags(u, classes)?,
                included,
                before,
            });
        }
        for _ in 0..u.int_in_range(0..=2)? {
            let topology = u.choose_index(2)?;
            let held = if u.ratio(1, 3)? {
                vec![u.choose_index(problem.topologies[topology].domains.len())?]
            } else {
                vec![]
            };
            problem.affinities.push(Affinity {
                member: u.choose_index(classes)?,
                topologies: vec![topology],
                matched: flags(u, classes)?,
                held: vec![held],
            });
        }
        Ok(Hard(problem))
    }
}

/// About a twentieth of a second at most.
const STEPS: u64 = 500_000;

fuzz_target!(|hard: Hard| {
    let Hard(problem) = &hard;
    let start = Instant::now();
    let answer = solve(problem, Budget::new(STEPS));
    // To check a proof by trying everything may take longer than to find it.
    assert!(start.elapsed() < Duration::from_secs(1), "the search ends on time");
    let Ok(answer) = answer else {
        assert!(problem.malformed().is_some());
        return;
    };
    match &answer {
        Answer::Placed(placed) => assert_eq!(check_steps(problem, &placed.steps), Ok(placed.members)),
        Answer::Impossible(no) => {
            assert_eq!(check_proof(problem, &no.proof, Budget::new(STEPS * 100)), Ok(()))
        }
        Answer::Undecided(open) => assert!(!problem.is_flat() || open.reach.lower <= open.reach.upper),
    }
});
