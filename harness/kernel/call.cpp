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
    Frame &frame = task.frames[task.frame_count++];
    frame.kind = kind;
    frame.name = name;
    frame.text = text;
    frame.cause = task.cause;
    frame.innermost = task.innermost;
    if (run_is_directed) [[unlikely]] {
        state().scheduler.touch(task.scope);
        frame.outside = std::exchange(task.scope, Footprint::everything());
    }
    const bool ours = under_test(text.module);
    if (task.cause == nullptr || (ours && task.innermost == nullptr))
        task.cause = name;
    if (ours)
        task.innermost = name;
}

void frame_leave()
{
    task_struct &task = state().scheduler.current();
    HARNESS_ASSERT(task.frame_count > 0);
    const Frame &frame = task.frames[--task.frame_count];
    task.cause = frame.cause;
    task.innermost = frame.innermost;
    if (run_is_directed) [[unlikely]] {
        state().scheduler.touch(task.scope);
        task.scope = frame.outside;
    }
}

} // namespace kernel
