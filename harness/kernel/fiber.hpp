// SPDX-License-Identifier: GPL-2.0-only
// Stackful fibers on one OS thread: what tasks of the simulated kernel run on.
//
// Covers: own mmap'ed stacks with a guard page, pooled for the life of the pool, every switch
// announced to the sanitizers, abandoning a fiber in the middle of a function.
// Does not cover: choosing who runs (scheduler.hpp). No exception may leave a fiber's body.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace kernel {

class Fiber {
public:
    Fiber();
    ~Fiber();
    Fiber(const Fiber &) = delete;
    Fiber &operator=(const Fiber &) = delete;

    // What a fiber runs. Returns who goes on, as by hand_over(); nullptr: as by suspend().
    using Body = Fiber *(*)(void *argument);

    // Gives the fiber what to run when it goes on next.
    void prepare(Body body, void *argument);

    // From the main stack: runs the fiber, and those that it hands over to, until one suspends.
    void resume();

    // From the fiber itself: back to the main stack.
    void suspend();

    // From the fiber itself: `next` goes on in its place, without a way over the main stack.
    void hand_over(Fiber &next);

    // From the fiber itself: the body is about to return, and the fiber may be prepared for another one
    // once it has. A body that returns without saying so is finished, too.
    void finish() { finished_ = true; }

    // From another stack: forgets whatever the fiber was doing; its frames are never unwound.
    void abandon();

    bool finished() const { return finished_; }

private:
    struct Entry;
    // Where resume() was called.
    struct Main {
        void *context = nullptr;
        const void *bottom = nullptr;
        std::size_t size = 0;
    };

    void arrive(void *context);

    void *mapping_ = nullptr;
    void *stack_bottom_ = nullptr; // lowest usable address
    // Of the fiber while it is suspended. Otherwise nullptr: to jump to where it was before ends the process
    // without an error.
    void *context_ = nullptr;
    void *fake_stack_ = nullptr; // AddressSanitizer's, while suspended
    Fiber *previous_ = nullptr;  // who handed over to it; nullptr: the main stack
    Main main_;
    Body body_ = nullptr;
    void *argument_ = nullptr;
    bool finished_ = true;
};

// Fibers are created on demand and reused for the life of the pool: a fresh fiber costs an mmap and,
// under AddressSanitizer, a fake stack of its own (about fifty times a pooled switch).
class FiberPool {
public:
    Fiber *acquire();
    void release(Fiber *fiber);

private:
    std::vector<std::unique_ptr<Fiber>> all_;
    std::vector<Fiber *> idle_;
};

} // namespace kernel
