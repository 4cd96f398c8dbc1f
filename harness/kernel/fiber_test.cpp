// SPDX-License-Identifier: GPL-2.0-only
// Covers: fibers and their pool, and what DESIGN "Tasks and schedules" wants of them under
// AddressSanitizer: a canary leaked on a fiber, and a use after free on one, are reported.
#include "kernel/fiber.hpp"

#include "kernel/object.hpp"
#include "kernel/sanitizer.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/lsan_interface.h>
#include <unistd.h>
#endif

namespace kernel {
namespace {

// Runs a lambda on a fiber of the pool. It can suspend itself.
struct Task {
    explicit Task(FiberPool &pool_, std::function<void(Fiber &)> body_)
        : pool(pool_), fiber(pool_.acquire()), body(std::move(body_))
    {
        fiber->prepare(
            [](void *self) -> Fiber * {
                static_cast<Task *>(self)->main();
                return nullptr;
            },
            this);
    }
    ~Task() { pool.release(fiber); }
    Task(const Task &) = delete;
    Task &operator=(const Task &) = delete;
    void main() const { body(*fiber); }

    FiberPool &pool;
    Fiber *fiber;
    std::function<void(Fiber &)> body;
};

TEST(FiberTest, RunsFromResumeToSuspendAndThenToItsEnd)
{
    FiberPool pool;
    Strings journal;
    const Task task(pool, [&](Fiber &self) {
        journal.emplace_back("one");
        self.suspend();
        journal.emplace_back("two");
    });
    EXPECT_TRUE(journal.empty()) << "prepare() runs nothing";
    task.fiber->resume();
    EXPECT_EQ(journal, Strings{"one"});
    EXPECT_FALSE(task.fiber->finished());
    task.fiber->resume();
    EXPECT_EQ(journal, (Strings{"one", "two"}));
    EXPECT_TRUE(task.fiber->finished());
}

TEST(FiberTest, LocalsSurviveASwitchToAnotherFiber)
{
    FiberPool pool;
    std::uint64_t sums[2] = {};
    const auto adds = [&sums](int which) {
        return [&sums, which](Fiber &self) {
            volatile std::uint64_t local[64];
            for (std::uint64_t i = 0; i < 64; ++i) {
                local[i] = i * static_cast<std::uint64_t>(which + 1);
                self.suspend();
            }
            for (const volatile std::uint64_t &value : local)
                sums[which] += value;
        };
    };
    const Task first(pool, adds(0));
    const Task second(pool, adds(1));
    while (!first.fiber->finished() || !second.fiber->finished())
        for (const Task *task : {&first, &second})
            if (!task->fiber->finished())
                task->fiber->resume();
    EXPECT_EQ(sums[0], 2016U);
    EXPECT_EQ(sums[1], 4032U);
}

TEST(FiberTest, HandsOverToAnotherWithoutTheMainStack)
{
    FiberPool pool;
    Strings journal;
    Fiber *other = nullptr;
    const Task first(pool, [&](Fiber &self) {
        journal.emplace_back("first");
        self.hand_over(*other);
        journal.emplace_back("first again");
    });
    const Task second(pool, [&](Fiber &self) {
        journal.emplace_back("second");
        self.hand_over(*first.fiber);
        ADD_FAILURE() << "nobody resumes this";
    });
    other = second.fiber;
    first.fiber->resume();
    EXPECT_EQ(journal, (Strings{"first", "second", "first again"}));
    EXPECT_TRUE(first.fiber->finished());
    EXPECT_FALSE(second.fiber->finished());
}

// Whoever resumed the first of them comes back when the last one suspends.
TEST(FiberTest, OneThatWasHandedOverToSuspendsToTheMainStack)
{
    FiberPool pool;
    Strings journal;
    const Task second(pool, [&](Fiber &self) {
        self.suspend();
        journal.emplace_back("second again");
    });
    const Task first(pool, [&](Fiber &self) {
        self.hand_over(*second.fiber);
        journal.emplace_back("first again");
    });
    first.fiber->resume();
    journal.emplace_back("main");
    second.fiber->resume();
    first.fiber->resume();
    EXPECT_EQ(journal, (Strings{"main", "second again", "first again"}));
}

TEST(FiberTest, ABodyThatReturnsAFiberHandsOverToItAtItsEnd)
{
    FiberPool pool;
    int runs = 0;
    const Task second(pool, [&](Fiber &) { ++runs; });
    for (int i = 0; i < 2; ++i) { // its stack is used again
        Fiber *first = pool.acquire();
        Fiber *next = i == 0 ? second.fiber : nullptr;
        first->prepare([](void *argument) { return static_cast<Fiber *>(argument); }, next);
        first->resume();
        EXPECT_TRUE(first->finished());
        EXPECT_EQ(runs, 1);
        pool.release(first);
    }
    EXPECT_TRUE(second.fiber->finished());
}

TEST(FiberTest, IsUsedAgainAfterItsEnd)
{
    FiberPool pool;
    int runs = 0;
    Fiber *used = nullptr;
    for (int i = 0; i < 3; ++i) {
        const Task task(pool, [&](Fiber &) { ++runs; });
        EXPECT_TRUE(used == nullptr || used == task.fiber);
        used = task.fiber;
        used->resume();
    }
    EXPECT_EQ(runs, 3);
}

TEST(FiberTest, IsUsedAgainAfterItWasAbandonedInTheMiddle)
{
    FiberPool pool;
    int runs = 0;
    for (int i = 0; i < 3; ++i) {
        const Task task(pool, [&](Fiber &self) {
            volatile char local[64] = {};
            runs += 1 + local[runs];
            self.suspend();
            ADD_FAILURE() << "nobody resumes this";
        });
        task.fiber->resume();
        EXPECT_FALSE(task.fiber->finished());
    }
    EXPECT_EQ(runs, 3);
}

// A frame of more than 64 KiB lies on the stack itself, not on AddressSanitizer's fake one, and
// leaves its red zones poisoned there when nobody returns through it.
[[gnu::noinline]] void suspend_in_a_large_frame(Fiber &self)
{
    volatile char large[70000];
    // Only an array whose address gets about has red zones.
    volatile char *volatile escaped = large;
    escaped[0] = 1;
    self.suspend();
    escaped[1] = 1;
}

// As code does that is not instrumented, the C++ library's for example.
[[gnu::noinline, gnu::no_sanitize_address]] char fill_a_larger_frame()
{
    char buffer[90000];
    std::memset(buffer, 1, sizeof(buffer));
    volatile const char *read = buffer;
    return read[sizeof(buffer) / 2];
}

TEST(FiberTest, RedZonesOfAbandonedFramesAreGoneWhenTheFiberIsUsedAgain)
{
    FiberPool pool;
    {
        const Task task(pool, [](Fiber &self) { suspend_in_a_large_frame(self); });
        task.fiber->resume();
    }
    char filled = 0;
    const Task task(pool, [&filled](Fiber &) { filled = fill_a_larger_frame(); });
    task.fiber->resume();
    EXPECT_EQ(filled, 1);
}

TEST(FiberTest, AbandonedBeforeItRanAtAllIsUsedAgain)
{
    FiberPool pool;
    {
        const Task never(pool, [](Fiber &) { ADD_FAILURE(); });
    }
    bool ran = false;
    const Task task(pool, [&](Fiber &) { ran = true; });
    task.fiber->resume();
    EXPECT_TRUE(ran);
}

[[gnu::noinline]] int recurse(int depth) // NOLINT(misc-no-recursion)
{
    volatile char frame[1024] = {};
    frame[depth % 1024] = 1;
    return depth == 0 ? frame[0] : recurse(depth - 1) + frame[depth % 1024];
}

TEST(FiberDeathTest, RunningOffItsStackMeetsTheGuardPage)
{
    const auto overflow = [] {
        FiberPool pool;
        const Task task(pool, [](Fiber &) { recurse(100000); });
        task.fiber->resume();
    };
    EXPECT_DEATH(overflow(), "");
}

#ifdef HMEMFUZZ_ASAN

// The only pointer to the canary is a local of a function on the fiber's stack.
[[gnu::noinline]] void leak_a_canary(Fiber *suspend)
{
    volatile char *canary = static_cast<volatile char *>(std::malloc(4321));
    canary[0] = 1;
    if (suspend != nullptr)
        suspend->suspend();
    canary[1] = 2;
}

enum class After { end, suspension, abandonment, never };

[[noreturn]] void check_leaks_of_a_fiber(After after)
{
    FiberPool pool;
    auto *task = new Task(pool, [after](Fiber &self) {
        if (after != After::never)
            leak_a_canary(after != After::end ? &self : nullptr);
    });
    task->fiber->resume();
    if (after != After::suspension)
        delete task;
    const bool leaks = __lsan_do_recoverable_leak_check() != 0;
    _exit(leaks ? 1 : 0); // without the check at exit, which would say it again
}

TEST(FiberLeakTest, CanaryLeakedOnAFiberIsReported)
{
    EXPECT_EXIT(check_leaks_of_a_fiber(After::end), testing::ExitedWithCode(1),
                "4321 byte\\(s\\) leaked");
}

TEST(FiberLeakTest, CanaryHeldBySuspendedFiberOnlyIsReported)
{
    EXPECT_EXIT(check_leaks_of_a_fiber(After::suspension), testing::ExitedWithCode(1),
                "4321 byte\\(s\\) leaked");
}

TEST(FiberLeakTest, CanaryHeldByAnAbandonedFiberOnlyIsReported)
{
    EXPECT_EXIT(check_leaks_of_a_fiber(After::abandonment), testing::ExitedWithCode(1),
                "4321 byte\\(s\\) leaked");
}

TEST(FiberLeakTest, NothingIsReportedWhereNothingLeaks)
{
    EXPECT_EXIT(check_leaks_of_a_fiber(After::never), testing::ExitedWithCode(0), "");
}

// DESIGN "Memory": in raw mode survivors are forgotten, so that LeakSanitizer must speak.
[[noreturn]] void check_leaks_of_a_run(void (*body)(void *))
{
    auto *self = new State;
    const CurrentState current(*self);
    self->begin(Memory::raw, {}, {}, 1000, Place::heap);
    self->scheduler.create(actor_role(0), body, nullptr);
    self->scheduler.run();
    self->end();
    const bool leaks = __lsan_do_recoverable_leak_check() != 0;
    _exit(leaks ? 1 : 0);
}

TEST(FiberLeakTest, ObjectLeakedInARawRunIsReportedOnceTheRunIsOver)
{
    const auto leak = [](void *) { new_object<int>(name_of(Word::test)); };
    EXPECT_EXIT(check_leaks_of_a_run(leak), testing::ExitedWithCode(1), "leaked in 1 allocation");
}

TEST(FiberLeakTest, DeviceLeftOnItsBusByARawRunIsReportedOnceTheRunIsOver)
{
    const auto leak = [](void *) {
        platform_device_add(platform_device_alloc(name_of(Word::hmem, 0)));
    };
    EXPECT_EXIT(check_leaks_of_a_run(leak), testing::ExitedWithCode(1), "leaked in 1 allocation");
}

TEST(FiberLeakTest, RawRunThatFreesEverythingLeaksNothing)
{
    const auto clean = [](void *) {
        platform_device *pdev = platform_device_alloc(name_of(Word::hmem, 0));
        platform_device_add(pdev);
        platform_device_unregister(pdev);
    };
    EXPECT_EXIT(check_leaks_of_a_run(clean), testing::ExitedWithCode(0), "");
}

[[gnu::noinline]] void use_after_free()
{
    volatile char *memory = static_cast<volatile char *>(std::malloc(16));
    std::free(const_cast<char *>(memory));
    memory[3] = 1;
}

void use_after_free_on_a_fiber()
{
    FiberPool pool;
    // Freed on one fiber after another was abandoned: the pool's state must not hide it.
    {
        const Task abandoned(pool, [](Fiber &self) { self.suspend(); });
        abandoned.fiber->resume();
    }
    const Task task(pool, [](Fiber &self) {
        self.suspend();
        use_after_free();
    });
    task.fiber->resume();
    task.fiber->resume();
}

TEST(FiberDeathTest, UseAfterFreeOnAFiberIsReportedWithTheStackThatFreedIt)
{
    EXPECT_DEATH(use_after_free_on_a_fiber(),
                 "AddressSanitizer: heap-use-after-free.*freed by thread T0 here:");
}

void overflow_of_a_local_on_a_fiber()
{
    FiberPool pool;
    const Task task(pool, [](Fiber &self) {
        volatile char local[16] = {};
        volatile int index = 16;
        self.suspend();
        local[index] = 1;
    });
    task.fiber->resume();
    task.fiber->resume();
}

TEST(FiberDeathTest, OverflowOfALocalOnAFiberIsReported)
{
    EXPECT_DEATH(overflow_of_a_local_on_a_fiber(), "AddressSanitizer: stack-buffer-overflow");
}

// Judged runs poison what is freed, so that a bare access, without touch(), is seen, too.
TEST(FiberDeathTest, BareAccessToAFreedObjectOfAJudgedRunIsReported)
{
    const auto access = [] {
        State self;
        const CurrentState current(self);
        self.begin(Memory::judged, {}, {}, 1000);
        self.scheduler.create(
            actor_role(0),
            [](void *) {
                volatile auto *object = new_object<int>(name_of(Word::test));
                kfree(const_cast<int *>(object));
                *object = 1;
            },
            nullptr);
        self.scheduler.run();
    };
    EXPECT_DEATH(access(), "AddressSanitizer: use-after-poison");
}

#endif // HMEMFUZZ_ASAN

} // namespace
} // namespace kernel
