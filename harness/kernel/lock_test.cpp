// SPDX-License-Identifier: GPL-2.0-only
// Covers: mutex, rw_semaphore and the device lock (KERNEL.md sections 2 and 7), what each task
// holds, and misuse of a lock. Does not cover: how a deadlock is reported (scheduler_end_test.cpp).
#include "kernel/lock.hpp"

#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name lock_name = name_of(Word::hmem_resource_lock);

class Lock : public KernelTest {
protected:
    // Takes the lock, says so, waits for the gate, gives it back.
    Body holder(const char *who, Gate *gate)
    {
        return [this, who, gate] {
            guard_mutex guard(&mutex_);
            note(who);
            gate->pass();
        };
    }

    mutex mutex_{.name = lock_name};
    rw_semaphore semaphore_{.name = name_of(Word::cxl_region_rwsem)};
    Gate gate_;
};

TEST_F(Lock, SecondTaskWaitsUntilTheMutexIsReleased)
{
    add_actor(holder("first", &gate_));
    add_actor(holder("second", &gate_));
    run();
    EXPECT_EQ(journal(), Strings{"first"});
    EXPECT_EQ(mutex_.owner, 0);

    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{"first", "second"}));
    EXPECT_EQ(mutex_.owner, -1);
    EXPECT_TRUE(ended());
}

TEST_F(Lock, PointLiesBeforeTheAcquireSoThatAnotherTaskCanTakeItFirst)
{
    restart(
        {.switches = {switch_before(actor_role(0), Point::mutex_lock, lock_name, actor_role(1))}});
    gate_.open();
    add_actor(holder("first", &gate_));
    add_actor(holder("second", &gate_));
    run();
    EXPECT_EQ(journal(), (Strings{"second", "first"}));
}

// KERNEL.md 2: device_lock is dev->mutex and not recursive; lockdep does not see it, so a self
// deadlock is silent.
TEST_F(Lock, TakingAHeldDeviceLockAgainWaitsForEverAndIsRecorded)
{
    device dev;
    run_actor([&] {
        device_initialize(&dev, name_of(Word::hmem, 0));
        guard_device outer(&dev);
        guard_device inner(&dev);
    });
    EXPECT_FALSE(ended());
    EXPECT_FALSE(stopped());
    EXPECT_EQ(misuses(), Misuses{Misuse::self_lock});
}

TEST_F(Lock, WritingWhatTheTaskReadsOrWritesIsRecorded)
{
    rw_semaphore semaphore{.name = name_of(Word::cxl_region_rwsem)};
    rw_semaphore other{.name = name_of(Word::test, 1)};
    add_actor([&] {
        down_read(&semaphore);
        down_write(&semaphore);
    });
    add_actor([&] {
        down_write(&other);
        down_read(&other);
    });
    run();
    EXPECT_EQ(misuses(), (Misuses{Misuse::self_lock, Misuse::self_lock}));
}

TEST_F(Lock, ALockThatWasReleasedOrThatAnotherTaskHoldsIsTakenWithoutARecord)
{
    rw_semaphore semaphore{.name = name_of(Word::cxl_region_rwsem)};
    add_actor(holder("holder", &gate_));
    add_actor([&] {
        const guard_mutex guard(&mutex_);
        down_read(&semaphore);
        up_read(&semaphore);
        down_write(&semaphore);
        up_write(&semaphore);
    });
    run();
    gate_.open();
    run();
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Lock, UnlockOfAMutexThatAnotherTaskHoldsStopsTheRun)
{
    add_actor(holder("holder", &gate_));
    add_actor([&] { mutex_unlock(&mutex_); });
    run();
    EXPECT_EQ(misuses(), Misuses{Misuse::bad_unlock});
    EXPECT_TRUE(stopped());
}

TEST_F(Lock, UnlockOfAFreeMutexStopsTheRun)
{
    run_actor([&] { mutex_unlock(&mutex_); });
    EXPECT_EQ(misuses(), Misuses{Misuse::bad_unlock});
}

TEST_F(Lock, MutexFreedWhileATaskWaitsForItIsUsedAfterItsEnd)
{
    add_actor([&] {
        auto *lock = new_object<mutex>(name_of(Word::test, 7));
        lock->name = lock_name;
        mutex_lock(lock);
        add_actor([lock] { mutex_lock(lock); });
        gate_.pass();
        kfree(lock);
    });
    run();
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, name_of(Word::test, 7));
}

TEST_F(Lock, TaskHoldsWhatItLockedUntilItUnlocksIt)
{
    mutex other{.name = name_of(Word::root_decoder, 0)};
    const task_struct &task = add_actor([&] {
        guard_mutex outer(&mutex_);
        mutex_lock(&other);
        gate_.pass();
        mutex_unlock(&other);
        note(to_string(state().scheduler.current().held[0].name));
        note(std::to_string(state().scheduler.current().held_count));
    });
    run();
    ASSERT_EQ(task.held_count, 2U);
    EXPECT_EQ(task.held[0].name, lock_name);
    EXPECT_EQ(task.held[1].name, other.name);
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{to_string(lock_name), "1"}));
}

TEST_F(Lock, ReadersShareASemaphore)
{
    for (int i = 0; i < 2; ++i)
        add_actor([&] {
            down_read(&semaphore_);
            note("reads");
            gate_.pass();
            up_read(&semaphore_);
        });
    run();
    EXPECT_EQ(journal().size(), 2U);
    EXPECT_EQ(semaphore_.readers, 2);
}

TEST_F(Lock, WriterWaitsForAllReadersAndReadersForTheWriter)
{
    Gate second;
    for (Gate *gate : {&gate_, &second})
        add_actor([&, gate] {
            down_read(&semaphore_);
            gate->pass();
            up_read(&semaphore_);
        });
    add_actor([&] {
        down_write(&semaphore_);
        note("writes");
        add_actor([&] {
            down_read(&semaphore_);
            note("reads");
            up_read(&semaphore_);
        });
        point(Point::operation, {});
        note("wrote");
        up_write(&semaphore_);
    });
    run();
    EXPECT_TRUE(journal().empty());
    run_actor([&] { gate_.open(); });
    EXPECT_TRUE(journal().empty()) << "one reader is left";
    run_actor([&] { second.open(); });
    EXPECT_EQ(journal(), (Strings{"writes", "wrote", "reads"}));
    EXPECT_TRUE(ended());
}

TEST_F(Lock, UpWriteByATaskThatOnlyReadsStopsTheRun)
{
    run_actor([&] {
        down_read(&semaphore_);
        up_write(&semaphore_);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::bad_unlock});
}

TEST_F(Lock, UpReadByTheWriterStopsTheRun)
{
    run_actor([&] {
        down_write(&semaphore_);
        up_read(&semaphore_);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::bad_unlock});
}

TEST_F(Lock, UpReadOfASemaphoreThatTheTaskDoesNotHoldStopsTheRun)
{
    add_actor([&] {
        down_read(&semaphore_);
        gate_.pass();
    });
    add_actor([&] { up_read(&semaphore_); });
    run();
    EXPECT_EQ(misuses(), Misuses{Misuse::bad_unlock});
}

} // namespace
} // namespace kernel
