// SPDX-License-Identifier: GPL-2.0-only
// Covers: lifetime of kernel objects in both places and both memory modes (DESIGN "Memory"): misuse is seen without
// any sanitizer, addresses are not reused within a run, what counts as a leak.
// Does not cover: what AddressSanitizer and LeakSanitizer see (fiber_test.cpp).
#include "kernel/object.hpp"

#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace kernel {
namespace {

struct Thing {
    std::array<int, 6> values;
};

constexpr Name thing_name = name_of(Word::test, 3);

class Object : public KernelTest, public ::testing::WithParamInterface<Place> {
protected:
    Object() { restart({.place = GetParam()}); }

    static Thing *allocate() { return new_object<Thing>(thing_name); }
};

TEST_P(Object, ComesZeroed)
{
    run_actor([] {
        for (const int value : allocate()->values)
            EXPECT_EQ(value, 0);
    });
    EXPECT_TRUE(ended());
}

TEST_P(Object, TouchOfALiveObjectIsFine)
{
    run_actor([] {
        kfree(allocate());
        touch(allocate());
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

TEST_P(Object, TouchOfAFreedOneStopsTheRunAndNamesIt)
{
    run_actor([] {
        Thing *thing = allocate();
        kfree(thing);
        touch(thing);
        ADD_FAILURE() << "the run goes on";
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, thing_name);
    EXPECT_TRUE(stopped());
}

TEST_P(Object, TouchOfAMemberOfAFreedOneStopsTheRun)
{
    run_actor([] {
        Thing *thing = allocate();
        Thing *neighbour = allocate();
        kfree(thing);
        touch(&neighbour->values.back());
        touch(&thing->values.back());
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

TEST_P(Object, FreeingTwiceStopsTheRun)
{
    run_actor([] {
        Thing *thing = allocate();
        kfree(thing);
        kfree(thing);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

TEST_P(Object, FreeingNullDoesNothing)
{
    run_actor([] { kfree(nullptr); });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

TEST_P(Object, AddressIsNotReusedWithinARun)
{
    run_actor([] {
        std::set<const void *> seen;
        for (int i = 0; i < 100; ++i) {
            Thing *thing = allocate();
            EXPECT_TRUE(seen.insert(thing).second);
            kfree(thing);
        }
    });
    EXPECT_TRUE(ended());
}

TEST_P(Object, MemoryAroundIsNotTakenForAFreedObject)
{
    run_actor([] {
        Thing *first = allocate();
        Thing *second = allocate();
        kfree(first);
        int local = 0;
        EXPECT_EQ(state().objects.freed_name(first), thing_name);
        EXPECT_EQ(state().objects.freed_name(second), Name{});
        EXPECT_EQ(state().objects.freed_name(&local), Name{});
        EXPECT_EQ(state().objects.freed_name(nullptr), Name{});
    });
    EXPECT_TRUE(ended());
}

TEST_P(Object, SurvivorsAreWhatWasNotFreedInOrderOfAllocationWithItsAllocator)
{
    add_task(role_of(Word::boot), [] { allocate(); });
    add_actor([] {
        kfree(allocate());
        const func<void()> init{[] { new_object<Thing>(name_of(Word::test, 4)); },
                                "dax_hmem_init",
                                {Word::dax_hmem, 0}};
        call(FrameKind::init, init);
    });
    run();
    const auto survivors = state_.objects.survivors();
    ASSERT_EQ(survivors.size(), 2U);
    EXPECT_EQ(survivors[0].what, thing_name);
    EXPECT_STREQ(survivors[0].function, "boot");
    EXPECT_EQ(survivors[1].what, name_of(Word::test, 4));
    EXPECT_STREQ(survivors[1].function, "dax_hmem_init");
}

TEST_P(Object, KmemleakNotLeakTakesOneOffTheSurvivors)
{
    run_actor([] { kmemleak_not_leak(allocate()); });
    EXPECT_TRUE(state_.objects.survivors().empty());
}

TEST_P(Object, NothingIsLeftOfTheRunBefore)
{
    run_actor([] {
        allocate();
        kfree(allocate());
    });
    restart({.place = GetParam()});
    EXPECT_TRUE(state_.objects.survivors().empty());
    // Most likely at an address that was freed in the run before.
    run_actor([] { touch(allocate()); });
    EXPECT_TRUE(misuses().empty());
}

TEST_P(Object, RawModeLeavesDetectionToTheSanitizers)
{
    restart({.memory = Memory::raw, .place = GetParam()});
    run_actor([] {
        Thing *thing = allocate();
        kfree(thing);
        touch(thing);
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

// KERNEL.md 1, misuse to detect: containing object freed while pending or running.
struct Container {
    int before;
    work_struct work;
};

TEST_P(Object, FreeingOneWithAPendingWorkItemInsideStopsTheRun)
{
    run_actor([] {
        auto *container = new_object<Container>(thing_name);
        container->work = __WORK_INITIALIZER(name_of(Word::resolution), TestWork::function());
        queue_work(system_long_wq, &container->work);
        kfree(container);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::object_freed_busy});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, name_of(Word::resolution));
}

TEST_P(Object, FreeingOneWithAnIdleWorkItemInsideIsFine)
{
    run_actor([] {
        auto *container = new_object<Container>(thing_name);
        container->work = __WORK_INITIALIZER(name_of(Word::resolution), TestWork::function());
        kfree(container);
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

// UPSTREAM.md V1-6: kfree(p - 8). What is handed out again is the object itself.
TEST_P(Object, FreeByAnAddressBeforeItWarnsAndTheObjectIsGone)
{
    run_actor([] {
        Thing *thing = allocate();
        kfree(reinterpret_cast<char *>(thing) - 8);
        EXPECT_TRUE(state().objects.freed_name(thing));
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::invalid_free});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, thing_name);
    EXPECT_TRUE(ended());
}

TEST_P(Object, FreeByAnAddressInsideItWarnsAndTheObjectIsGone)
{
    run_actor([] {
        Thing *thing = allocate();
        kfree(&thing->values[4]);
        EXPECT_TRUE(state().objects.freed_name(thing));
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::invalid_free});
}

TEST_P(Object, FreeByAnAddressBeforeAFreedOneStopsTheRun)
{
    run_actor([] {
        Thing *thing = allocate();
        kfree(thing);
        kfree(reinterpret_cast<char *>(thing) - 8);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
    EXPECT_TRUE(stopped());
}

INSTANTIATE_TEST_SUITE_P(Places, Object, ::testing::Values(Place::heap, Place::arena),
                         [](const auto &info) {
                             return info.param == Place::heap ? "Heap" : "Arena";
                         });

} // namespace
} // namespace kernel
