//! Whatever happens on a call, there is a way out, and nothing with an effect happens unasked.

use crate::caller::pack;
use lingting::dialogue::{Conversation, Stimulus};
use lingting::event::{
    AgentId, AgentNews, Decision, Hypothesis, Millis, Outage, Pii, PromptId, Reply, Request,
    RequestId, Ticket, TicketDraft, UtteranceId,
};
use lingting::packs::scripted::TODAY;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What callers say. The first ones are agreement; nothing else holds a yes.
const PHRASES: [&str; 48] = [
    "对",
    "可以",
    "留言",
    "Yes, please.",
    "不对",
    "没有了",
    "我要查水费",
    "水管爆了快来人",
    "我要报修",
    "厨房水管漏水",
    "一零零八六二三零",
    "一零一一二四零五",
    "六二三零",
    "国权路525弄15号602室",
    "上个月",
    "我忘了",
    "再说一遍",
    "返回",
    "取消",
    "转人工",
    "气死我了",
    "水费多少钱一吨",
    "回电",
    "我等",
    "今天天气怎么样",
    "暖气漏水了快来人",
    "家里暖气一点都不热",
    "赛罕区",
    "土左旗",
    "整栋楼都不热",
    "暖气片",
    "阀门关着呢",
    "我先试试",
    "我要报停",
    "电线断了掉在路上",
    "没有人",
    "我家没电了",
    "跳闸了",
    "我要装充电桩",
    "租的",
    "看电表",
    "着火了",
    "查下水费顺便报个修",
    "我要投诉",
    "I want to check my water bill",
    "a pipe burst and water is everywhere",
    "one zero zero eight, six two three zero",
    "すみません水道の",
];
const AGREEMENTS: usize = 4;
const PACKS: [&str; 3] = ["water", "heating", "power"];
const KEYS: [&str; 9] = [
    "1",
    "2",
    "3",
    "9",
    "0",
    "*",
    "#",
    "10086230#",
    "13900000000",
];
const AGREEING_KEYS: [&str; 2] = ["1", "3"];

#[derive(Debug, Clone)]
enum Act {
    Say(usize),
    Mumble,
    Keys(usize),
    Silence,
    /// An open question to the back office is answered in this way.
    Reply(usize, u8),
    /// An answer to a question that nobody asked.
    StrayReply,
    News(u8),
    PromptEnded,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => (0..PHRASES.len()).prop_map(Act::Say),
        2 => Just(Act::Mumble),
        3 => (0..KEYS.len()).prop_map(Act::Keys),
        2 => Just(Act::Silence),
        8 => (any::<usize>(), 0..8u8).prop_map(|(which, how)| Act::Reply(which, how)),
        1 => Just(Act::StrayReply),
        3 => (0..6u8).prop_map(Act::News),
        1 => Just(Act::PromptEnded),
    ]
}

/// The world around a conversation, and what must always be true of it.
struct World {
    conversation: Conversation,
    now: Millis,
    open: BTreeMap<RequestId, Request>,
    /// Yeses and agreeing choices that have not been used up.
    agreements: usize,
    seeks: bool,
    rings: bool,
    bridging: bool,
    ended: bool,
    last_prompt: PromptId,
    last_request: RequestId,
}

impl World {
    fn ring(name: &str, from: &str) -> World {
        let mut world = World {
            conversation: Conversation::new(pack(name)),
            now: Millis(0),
            open: BTreeMap::new(),
            agreements: 0,
            seeks: false,
            rings: false,
            bridging: false,
            ended: false,
            last_prompt: PromptId(0),
            last_request: RequestId(0),
        };
        let from = Pii(from.to_owned());
        world.tell(Stimulus::Answered {
            from: &from,
            to: "962740",
            today: TODAY,
        });
        world
    }

    fn tell(&mut self, stimulus: Stimulus<'_>) {
        self.now = self.now + 6_000;
        let fell_silent = matches!(stimulus, Stimulus::Silent { .. });
        let was_over = self.ended;
        let decisions = self.conversation.handle(self.now, stimulus);
        assert!(!was_over || decisions.is_empty(), "{decisions:?}");
        for decision in decisions {
            self.note(&decision, fell_silent);
        }
    }

    fn note(&mut self, decision: &Decision, fell_silent: bool) {
        match decision {
            Decision::Say { prompt, text, .. } => {
                assert!(*prompt > self.last_prompt, "prompts are numbered in order");
                assert!(!text.is_empty() && !text.contains('{'), "{:?}", text.0);
                self.last_prompt = *prompt;
            }
            Decision::Ask {
                request_id,
                request,
            } => {
                assert!(*request_id > self.last_request);
                self.last_request = *request_id;
                if request.has_effect() && !fell_silent {
                    assert!(self.agreements > 0, "nobody agreed to {request:?}");
                    self.agreements -= 1;
                }
                self.open.insert(*request_id, request.clone());
            }
            Decision::FindAgent { .. } => {
                assert!(!self.seeks, "a person is sought twice");
                self.seeks = true;
            }
            Decision::LeaveQueue => (self.seeks, self.rings) = (false, false),
            Decision::RingAgent { .. } => {
                assert!(self.seeks, "an agent is rung whom nobody sought");
                (self.seeks, self.rings) = (false, true);
            }
            Decision::Bridge { .. } => {
                assert!(self.rings, "an agent is bridged who was not rung");
                (self.rings, self.bridging) = (false, true);
            }
            Decision::HangUp { .. } => {
                assert!(!self.ended, "a call ends once");
                self.ended = true;
            }
            _ => {}
        }
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Say(phrase) => {
                self.agreements += usize::from(phrase < AGREEMENTS);
                let hypotheses = [Hypothesis::new(PHRASES[phrase], 0.7)];
                self.tell(Stimulus::Said {
                    utterance: UtteranceId(1),
                    hypotheses: &hypotheses,
                });
            }
            Act::Mumble => self.tell(Stimulus::NotHeard {
                utterance: UtteranceId(1),
            }),
            Act::Keys(keys) => {
                self.agreements += usize::from(AGREEING_KEYS.contains(&KEYS[keys]));
                self.tell(Stimulus::Keys(KEYS[keys]));
            }
            Act::Silence => self.tell(Stimulus::Silent { ms: 6_000 }),
            Act::Reply(which, how) => {
                let Some(&id) = self.open.keys().nth(which % self.open.len().max(1)) else {
                    return;
                };
                let request = self.open.remove(&id).unwrap();
                let reply = answer(&request, how);
                self.tell(Stimulus::Replied {
                    request: id,
                    reply: &reply,
                });
            }
            Act::StrayReply => self.tell(Stimulus::Replied {
                request: RequestId(9_999),
                reply: &Reply::NotFound,
            }),
            Act::News(how) => self.news(how),
            Act::PromptEnded => self.tell(Stimulus::PromptEnded {
                prompt: self.last_prompt,
                whole: true,
            }),
        }
    }

    /// News as the actor would give them: only of a search that is on.
    fn news(&mut self, how: u8) {
        let agent = AgentId("1001".into());
        let reason = "no answer".to_owned();
        let news = match how {
            0 if self.seeks => AgentNews::Found { agent },
            1 if self.seeks => AgentNews::NoneFree { ahead: 1 },
            2 if self.rings => AgentNews::PickedUp { agent },
            3 if self.rings => {
                self.rings = false;
                AgentNews::NotReached { agent, reason }
            }
            4 if self.bridging => AgentNews::Bridged { agent },
            _ => return,
        };
        self.tell(Stimulus::Agent(&news));
    }

    /// The back office fails, agents pick up, the caller says nothing more: the call must come to its end.
    fn comes_to_its_end(&mut self) -> bool {
        for _ in 0..40 {
            if self.ended {
                return true;
            }
            if !self.open.is_empty() {
                self.act(&Act::Reply(0, 7));
            } else if self.seeks {
                self.news(0);
            } else if self.rings {
                self.news(2);
            } else if self.bridging {
                self.news(4);
                let agent = AgentId("1001".into());
                self.tell(Stimulus::Agent(&AgentNews::Left { agent }));
            } else {
                self.act(&Act::Silence);
            }
        }
        self.ended
    }
}

/// An answer of the back office: mostly what was asked for, sometimes not.
fn answer(request: &Request, how: u8) -> Reply {
    let reason = "test".to_owned();
    match how {
        5 => return Reply::NotFound,
        6 => return Reply::Refused { reason },
        7 => return Reply::Unavailable { reason },
        _ => {}
    }
    let account = serde_json::json!({
        "reply": "account", "account_number": "10086230", "meter_number": "SW2600001", "name": "王建国",
        "address": "国权路525弄15号602室", "phone": "15400000001", "balance_due": "17.25"
    });
    let bill = serde_json::json!({
        "reply": "bill", "month": "2026-11", "usage": "5", "amount": "17.25", "paid": false, "due": "2026-12-25",
        "balance_due": "17.25"
    });
    match request {
        Request::AccountByNumber { .. }
        | Request::AccountByMeter { .. }
        | Request::AccountByAddress { .. }
        | Request::AccountByPhone { .. } => serde_json::from_value(account).unwrap(),
        Request::Bill { .. } => serde_json::from_value(bill).unwrap(),
        Request::SendPaymentLink { phone, .. } | Request::ReissueBill { phone, .. } => {
            Reply::Sent {
                phone: phone.clone(),
            }
        }
        Request::Outages { .. } => Reply::Outages {
            outages: (how == 4).then(outage).into_iter().collect(),
        },
        Request::CreateTicket(draft) => ticket(draft.clone()),
        Request::TicketStatus { .. } => ticket(TicketDraft::default()),
    }
}

fn outage() -> Outage {
    Outage {
        area: "国权路".into(),
        cause: "检修".into(),
        planned: false,
        from: "2026-11-23 08:00".into(),
        until: "2026-11-23 16:00".into(),
    }
}

fn ticket(draft: TicketDraft) -> Reply {
    Reply::Ticket(Ticket {
        ticket: "2026112300017".into(),
        state: "accepted".into(),
        draft,
        remark: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_happens_there_is_a_way_out_and_nothing_happens_unasked(
        acts in prop::collection::vec(act(), 1..50),
        knows_the_number in any::<bool>(),
        pack in prop::sample::select(PACKS.to_vec()),
    ) {
        let mut world = World::ring(pack, if knows_the_number { "15400000001" } else { "" });
        for act in &acts {
            world.act(act);
        }
        prop_assert!(world.comes_to_its_end(), "the call does not come to an end");
    }
}

#[test]
fn a_caller_who_hangs_up_ends_the_call_in_every_state() {
    for phrases in [&[][..], &[6], &[6, 10], &[8, 9, 13], &[19], &[19, 23]] {
        let mut world = World::ring("water", "");
        for phrase in phrases {
            world.act(&Act::Say(*phrase));
            world.news(1);
        }
        world.tell(Stimulus::CallerLeft);
        assert!(world.ended, "{phrases:?}");
    }
}
