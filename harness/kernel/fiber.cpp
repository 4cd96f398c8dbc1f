// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/fiber.hpp"

#include "kernel/assert.hpp"
#include "kernel/sanitizer.hpp"

#include <boost/context/detail/fcontext.hpp>

#include <sys/mman.h>

#include <utility>

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace kernel {
namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// Driver functions nest about six deep with small frames; sanitized frames are several times larger.
constexpr std::size_t stack_bytes = 256 * 1024;
constexpr std::size_t guard_bytes = 4096;

void announce_leave([[maybe_unused]] void **fake_stack, [[maybe_unused]] const void *bottom,
                    [[maybe_unused]] std::size_t size)
{
#ifdef HMEMFUZZ_ASAN
    __sanitizer_start_switch_fiber(fake_stack, bottom, size);
#endif
}

void announce_arrive([[maybe_unused]] void *fake_stack, [[maybe_unused]] const void **bottom,
                     [[maybe_unused]] std::size_t *size)
{
#ifdef HMEMFUZZ_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
#endif
}

} // namespace

struct Fiber::Entry {
    [[noreturn]] static void run(transfer_t from)
    {
        Fiber *self = static_cast<Fiber *>(from.data);
        self->arrive(from.fctx);
#ifdef HMEMFUZZ_ASAN
        // An abandoned body left its frames in the fake stack; this lets it collect them.
        __asan_handle_no_return();
#endif
        for (;;) {
            Fiber *next = self->body_(self->argument_);
            self->finished_ = true;
            if (next != nullptr)
                self->hand_over(*next);
            else
                self->suspend();
        }
    }
};

Fiber::Fiber()
{
    mapping_ = mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HARNESS_ASSERT(mapping_ != MAP_FAILED);
    HARNESS_ASSERT(mprotect(mapping_, guard_bytes, PROT_NONE) == 0);
    stack_bottom_ = static_cast<char *>(mapping_) + guard_bytes;
}

Fiber::~Fiber() { munmap(mapping_, guard_bytes + stack_bytes); }

void Fiber::prepare(Body body, void *argument)
{
    HARNESS_ASSERT(finished_);
    if (context_ == nullptr)
        context_ = make_fcontext(static_cast<char *>(stack_bottom_) + stack_bytes, stack_bytes,
                                 Entry::run);
    body_ = body;
    argument_ = argument;
    finished_ = false;
}

// `context`: of who was left for this fiber.
void Fiber::arrive(void *context)
{
    if (previous_ != nullptr) {
        previous_->context_ = context;
        announce_arrive(fake_stack_, nullptr, nullptr);
    } else {
        main_.context = context;
        announce_arrive(fake_stack_, &main_.bottom, &main_.size);
    }
}

void Fiber::resume()
{
    previous_ = nullptr;
    void *own_fake_stack = nullptr;
    announce_leave(&own_fake_stack, stack_bottom_, stack_bytes);
    const transfer_t back = jump_fcontext(std::exchange(context_, nullptr), this);
    announce_arrive(own_fake_stack, nullptr, nullptr);
    static_cast<Fiber *>(back.data)->context_ = back.fctx;
}

void Fiber::suspend()
{
    announce_leave(&fake_stack_, main_.bottom, main_.size);
    arrive(jump_fcontext(static_cast<fcontext_t>(main_.context), this).fctx);
}

void Fiber::hand_over(Fiber &next)
{
    next.previous_ = this;
    next.main_ = main_;
    announce_leave(&fake_stack_, next.stack_bottom_, stack_bytes);
    arrive(jump_fcontext(std::exchange(next.context_, nullptr), &next).fctx);
}

void Fiber::abandon()
{
    unpoison(stack_bottom_, stack_bytes);
    context_ = nullptr;
    finished_ = true;
}

Fiber *FiberPool::acquire()
{
    if (idle_.empty()) {
        all_.push_back(std::make_unique<Fiber>());
        return all_.back().get();
    }
    Fiber *fiber = idle_.back();
    idle_.pop_back();
    return fiber;
}

void FiberPool::release(Fiber *fiber)
{
    if (!fiber->finished())
        fiber->abandon();
    idle_.push_back(fiber);
}

} // namespace kernel
