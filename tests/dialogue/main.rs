//! The conversation with the real pack, the real language and the real demo utility, without sound.

mod ahead;
mod caller;
mod calls;
mod denied;
mod farewell;
mod pack;
mod talk;
mod way_out;
