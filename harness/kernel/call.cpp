// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/call.hpp"

#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <utility>

namespace kernel {

void frame_enter(FrameKind kind, const char *name, Text text)
{
    task_struct &task = state().scheduler.current();
    touches(Footprint::read(Area::modules));
    if (state().objects.judged() && !text_alive(text))
        oops(Misuse::text_gone, name_of(text.module), {}, name);
    if (task.frame_count == task.frames.size())
        not_modelled("functions nested deeper than bounds::call_depth_max");
    Frame frame{.kind = kind, .name = name, .text = text, .cause = name};
    if (task.frame_count > 0) {
        const Frame &below = task.frames[task.frame_count - 1];
        if (below.innermost != nullptr || !under_test(text.module))
            frame.cause = below.cause;
        frame.innermost = below.innermost;
    }
    if (under_test(text.module))
        frame.innermost = name;
    state().scheduler.touch(task.scope);
    frame.outside = std::exchange(task.scope, Footprint::everything());
    task.frames[task.frame_count++] = frame;
}

void frame_leave()
{
    task_struct &task = state().scheduler.current();
    HARNESS_ASSERT(task.frame_count > 0);
    state().scheduler.touch(task.scope);
    task.scope = task.frames[--task.frame_count].outside;
}

} // namespace kernel
