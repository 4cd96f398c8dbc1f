// SPDX-License-Identifier: GPL-2.0-only
// What the outside decides about a run of the simulated kernel: where the schedule departs from the
// default one, and which fallible calls fail; and where it could have decided otherwise.
#pragma once

#include "kernel/event.hpp"
#include "kernel/name.hpp"

#include <cstdint>
#include <vector>

namespace kernel {

// When a switch can be: before a step, and when a task stops, so that another one must go on.
enum class Occasion : std::uint8_t {
    before, // a point
    blocks,
    ends,
};

// Where the schedule departs from the default one, in one of two forms.
// Named: at role's arrival-th (from 1) arrival, target runs instead of who would by default, if
// runnable. Arrivals are of three kinds:
//     role before point object #arrival -> target     at that point on that object
//     role blocks on object #arrival -> target        where it begins to wait for that object
//     role ends #arrival -> target                    where a task of that role ends
// Indexed, for fuzzers: at the gap-th (from 1) choice of its kind after the last indexed switch of that
// kind, over all tasks, the pick-th (modulo their number) other runnable task runs instead, oldest
// first. A place is a choice only if there is another one. Two kinds:
//     point +gap -> runnable pick                     before a step
//     stop +gap -> runnable pick                      where a task blocks or ends
struct Switch {
    bool indexed = false;
    Occasion occasion = Occasion::before; // indexed: before or blocks, which stands for ends, too
    Role role;
    Point point{};
    Name object;
    std::uint16_t arrival = 1;
    Role target;
    std::uint16_t gap = 1;
    std::uint8_t pick = 0;

    friend bool operator==(const Switch &, const Switch &) = default;
};

// Which fallible call fails. By name: `role: site(object)#count`, the count-th (from 1) such call in
// that role's own tasks. By number: `role: nth count`, counting every fallible call there.
struct Fault {
    Role role;
    bool nth = false;
    Site site{};
    Name object;
    std::uint16_t count = 1;

    friend bool operator==(const Fault &, const Fault &) = default;
};

// Where a run could have gone another way, and where it did because of a switch or a fault: what
// somebody needs who tries all ways.
struct Choice {
    enum class Kind : std::uint8_t {
        task,     // at a point: another task could have run
        stop,     // where a task blocked or ended: another task could have gone on
        call,     // the call could have failed
        switched, // an indexed switch was spent here
        failed,   // a fault came to pass here
    };
    Kind kind{};
    // task, stop: the gap of the switch that would be spent here. call: the count of the fault by number.
    std::uint32_t place = 0;
    std::uint16_t others =
        0;     // task, stop: how many could have. switched, failed: index in its list
    Role role; // call: whose it is

    friend bool operator==(const Choice &, const Choice &) = default;
};

// In order of time.
using Choices = std::vector<Choice>;

} // namespace kernel
