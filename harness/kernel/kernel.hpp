// SPDX-License-Identifier: GPL-2.0-only
// The simulated kernel as its own facilities see it: recording what happened, and the two ways in
// which the real kernel complains. State itself is in state.hpp.
#pragma once

#include "kernel/assert.hpp"
#include "kernel/event.hpp"
#include "kernel/name.hpp"
#include "kernel/range.hpp"

#include <cstdint>

namespace kernel {

struct State;

// The kernel of the run that this thread is executing.
extern constinit thread_local State *current_state;
// Whether somebody directs that run (director.hpp): follows from its state, and is here because
// whatever a task does asks it. There are no other mutable globals.
extern constinit thread_local bool run_is_directed;
// Without a current one the null pointer faults by itself: every step asks.
inline State &state() { return *current_state; }
bool has_state();

// Makes a kernel the thread's current one for as long as the object lives.
class CurrentState {
public:
    explicit CurrentState(State &state);
    ~CurrentState();
    CurrentState(const CurrentState &) = delete;
    CurrentState &operator=(const CurrentState &) = delete;
};

// Appends a record, if the run makes such; `task` and `function` are filled in from the running task.
// The reference holds until the next record.
Event &record(EventKind kind, Name object = {}, std::int32_t value = 0);
Event &record_range(EventKind kind, Name object, Range range, std::int32_t value = 0);

// The kernel would WARN: recorded, and the caller goes on with the documented behaviour.
void warn(Misuse misuse, Name object, Name other = {});

// The kernel would oops, or nothing after this is meaningful: recorded, and the run stops here.
// Must be called on a task. `function` overrides the cause where no frame of it is on the stack.
[[noreturn]] void oops(Misuse misuse, Name object, Name other = {}, const char *function = nullptr);

// The simulated kernel cannot say what the real one would do: the run stops without a verdict.
[[noreturn]] void not_modelled(const char *what);

// No such kernel can be configured and built: the same, but the simulated kernel lacks nothing.
[[noreturn]] void not_configurable(const char *why);

// One line of the driver's own debug output, for traces. `text` must be a string literal.
void dev_dbg(Name device, const char *text, Range range = {});

// Whether this fallible call must fail now; records the fault.
bool should_fail(Site site, Name object);

} // namespace kernel
