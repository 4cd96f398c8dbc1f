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

    // Gives the fiber what to run at its next resume().
    void prepare(void (*body)(void *), void *argument);

    // From the main stack: runs the fiber until it suspends or its body returns.
    void resume();

    // From the fiber itself: back to whoever resumed it.
    void suspend();

    // From the main stack: forgets whatever the fiber was doing; its frames are never unwound.
    void abandon();

    bool finished() const { return finished_; }

private:
    struct Entry;

    void *mapping_ = nullptr;
    void *stack_bottom_ = nullptr; // lowest usable address
    void *context_ = nullptr;      // of the fiber while it is suspended
    void *resumer_ = nullptr;      // of whoever resumed it
    void *fake_stack_ = nullptr;   // AddressSanitizer's, while suspended
    const void *resumer_bottom_ = nullptr;
    std::size_t resumer_size_ = 0;
    void (*body_)(void *) = nullptr;
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
