// SPDX-License-Identifier: GPL-2.0-only
// Covers: memory of one run's objects, and what AddressSanitizer is told of it.
// Does not cover: objects in it (object_test.cpp).
#include "kernel/arena.hpp"
#include "kernel/sanitizer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace kernel {
namespace {

constexpr std::size_t size = 100;

bool is_zero(const char *memory)
{
    return std::all_of(memory, memory + size, [](char byte) { return byte == 0; });
}

TEST(Arena, MemoryIsZeroedAlsoWhenItServesASecondRun)
{
    Arena arena;
    char *first = arena.allocate(size, 0);
    EXPECT_TRUE(is_zero(first));
    std::memset(first, 1, size);
    arena.clear();
    char *second = arena.allocate(size, 0);
    EXPECT_EQ(first, second);
    EXPECT_TRUE(is_zero(second));
}

TEST(Arena, AnAddressInsideOrJustBeforeAnObjectTellsItsNumber)
{
    Arena arena;
    const char *first = arena.allocate(size, 7);
    const char *second = arena.allocate(1, 8);
    EXPECT_EQ(arena.number_at(first), 7U);
    EXPECT_EQ(arena.number_at(first + size - 1), 7U);
    EXPECT_EQ(arena.number_at(first - Arena::redzone_bytes), 7U);
    EXPECT_EQ(arena.number_at(second - Arena::redzone_bytes), 8U);
    EXPECT_EQ(arena.number_at(second), 8U);
}

TEST(Arena, OnlyAnObjectThatWasMarkedIsFreedFromItsRedzoneToItsEnd)
{
    Arena arena;
    const char *first = arena.allocate(size, 7);
    const char *second = arena.allocate(size, 8);
    const char *third = arena.allocate(1, 9);
    arena.mark_freed(second);
    for (const char *address : {second - Arena::redzone_bytes, second, second + size - 1})
        EXPECT_TRUE(arena.is_freed_at(address)) << address - second;
    EXPECT_EQ(arena.number_at(second), 8U) << "and keeps its number";
    const int elsewhere = 0;
    for (const void *address :
         {static_cast<const void *>(first + size - 1),
          static_cast<const void *>(third - Arena::redzone_bytes), static_cast<const void *>(third),
          static_cast<const void *>(&elsewhere)})
        EXPECT_FALSE(arena.is_freed_at(address));
    arena.clear();
    EXPECT_FALSE(arena.is_freed_at(second));
    EXPECT_EQ(arena.allocate(size, 1), first);
    EXPECT_EQ(arena.allocate(size, 2), second);
    EXPECT_FALSE(arena.is_freed_at(second)) << "memory of a second run";
}

TEST(Arena, AnAddressElsewhereTellsNone)
{
    Arena arena;
    const int elsewhere = 0;
    EXPECT_EQ(arena.number_at(&elsewhere), Arena::none);
    const char *object = arena.allocate(size, 7);
    EXPECT_EQ(arena.number_at(&elsewhere), Arena::none);
    EXPECT_EQ(arena.number_at(nullptr), Arena::none);
    EXPECT_EQ(arena.number_at(object - Arena::redzone_bytes - 1), Arena::none);
    arena.clear();
    EXPECT_EQ(arena.number_at(object), Arena::none) << "of the run before";
}

TEST(Arena, ManyObjectsLieApartWhereverTheyAre)
{
    constexpr std::uint32_t many = 5000; // more than a chunk holds
    Arena arena;
    std::set<const char *> objects;
    for (std::uint32_t i = 0; i < many; ++i) {
        const char *object = arena.allocate(size, i);
        const auto after = objects.lower_bound(object);
        if (after != objects.end())
            EXPECT_GE(*after - object, static_cast<std::ptrdiff_t>(size + Arena::redzone_bytes));
        if (after != objects.begin())
            EXPECT_GE(object - *std::prev(after),
                      static_cast<std::ptrdiff_t>(size + Arena::redzone_bytes));
        objects.insert(object);
        EXPECT_EQ(arena.number_at(object + size - 1), i);
    }
    EXPECT_EQ(objects.size(), many);
}

#ifdef HMEMFUZZ_ASAN
TEST(Arena, WhatIsNoObjectIsPoisoned)
{
    Arena arena;
    char *object = arena.allocate(size, 0);
    EXPECT_EQ(__asan_region_is_poisoned(object, size), nullptr);
    EXPECT_TRUE(__asan_address_is_poisoned(object - 1));
    EXPECT_TRUE(__asan_address_is_poisoned(object + size));
    arena.clear();
    EXPECT_TRUE(__asan_address_is_poisoned(object));
}
#endif

} // namespace
} // namespace kernel
