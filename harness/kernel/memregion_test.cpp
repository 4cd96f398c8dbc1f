// SPDX-License-Identifier: GPL-2.0-only
// Covers: memregion ids (KERNEL.md section 5). Their use by CXL is in cxl_test.cpp.
#include "kernel/memregion.hpp"

#include "kernel/errno.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

using Memregion = KernelTest;

TEST_F(Memregion, IdsComeLowestFirst)
{
    run_actor([] {
        for (int id = 0; id < 3; ++id)
            EXPECT_EQ(memregion_alloc(), id);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Memregion, LowestFreedIdComesBackBeforeANewOne)
{
    run_actor([] {
        for (int id = 0; id < 4; ++id)
            memregion_alloc();
        memregion_free(2);
        memregion_free(1);
        EXPECT_EQ(memregion_alloc(), 1);
        EXPECT_EQ(memregion_alloc(), 2);
        EXPECT_EQ(memregion_alloc(), 4);
    });
    EXPECT_TRUE(ended());
}

// [M]: "ida_free called for id=... which is not allocated".
TEST_F(Memregion, FreeingAFreeIdWarnsAndChangesNothing)
{
    run_actor([] {
        EXPECT_EQ(memregion_alloc(), 0);
        memregion_free(0);
        memregion_free(0);
        memregion_free(5);
        memregion_free(-1);
        EXPECT_EQ(memregion_alloc(), 0);
        EXPECT_EQ(memregion_alloc(), 1);
    });
    EXPECT_EQ(misuses(), Misuses(3, Misuse::ida_free_unallocated));
    EXPECT_TRUE(ended());
}

TEST_F(Memregion, EveryAllocationAndEveryFreeOfAnAllocatedIdIsRecorded)
{
    run_actor([] {
        memregion_free(memregion_alloc());
        memregion_free(0);
    });
    EXPECT_EQ(events(EventKind::memregion_allocated).size(), 1U);
    EXPECT_EQ(events(EventKind::memregion_freed).size(), 1U);
}

} // namespace
} // namespace kernel
