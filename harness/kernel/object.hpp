// SPDX-License-Identifier: GPL-2.0-only
// Lifetime of kernel objects.
//
// Every object has an identity (its name, in order of allocation) and a state. Two ways to treat a
// freed one, chosen for a run:
//  - judged: it stays mapped until the end of the run, poisoned under AddressSanitizer. Misuse is
//    seen deterministically in every build; addresses are never reused within a run.
//  - raw: it goes back to the heap at once and survivors are forgotten at the end, so that
//    AddressSanitizer and LeakSanitizer must speak without any help from here.
//
// And two places to take them from:
//  - heap: malloc's. The sanitizers' own reports: heap-use-after-free, leaks.
//  - arena: without malloc and free. AddressSanitizer reports use-after-poison; no memory is reused within
//    a run, raw or not, and LeakSanitizer sees no leak.
// The same run in either place makes the same records.
//
// Objects are trivially destructible: freeing one runs nothing.
#pragma once

#include "kernel/arena.hpp"
#include "kernel/kernel.hpp"
#include "kernel/name.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <type_traits>
#include <vector>

namespace kernel {

enum class Memory : std::uint8_t { judged, raw };
enum class Place : std::uint8_t { heap, arena };

// What this build uses where nothing else is asked for (HMEMFUZZ_ARENA in CMakeLists.txt).
Place usual_place();

class ObjectStore {
public:
    // The index of no record: allocated without the code under test.
    static constexpr std::size_t no_record = ~std::size_t{0};

    // Of an object, in order of allocation in the run.
    using Number = std::uint32_t;
    static constexpr Number no_object = Arena::none;

    void begin(Memory memory, Place place);
    // Gives back what is left; in raw mode only what was marked immortal.
    void end();

    void *allocate(std::size_t size, Name what);
    // The object that kfree(pointer) gives back: its own; where `pointer` is no object's address, the
    // one it lies in or just before, which the allocator hands out again all the same (no_object: none;
    // UPSTREAM.md V1-6). Warns of it, and stops the run if the object was freed before; in raw mode
    // AddressSanitizer does both.
    Number object_to_free(void *pointer);
    void free(Number object);
    void free(void *object) { free(index_of(object)); }
    void *address(Number object) const { return blocks_[object].object; }
    // Not a leak, whatever refers to it.
    void mark_immortal(void *object);
    // Stops the run if `pointer` lies in a freed object. No-op in raw mode.
    void touch(const void *pointer)
    {
        if (is_freed(pointer)) [[unlikely]]
            touch_freed(pointer);
    }
    // Whether `pointer` lies in a freed object, or just before it. Never in raw mode.
    bool is_freed(const void *pointer) const
    {
        return may_be_freed(pointer) && find_freed(pointer) != nullptr;
    }
    // False: certainly not.
    bool may_be_freed(const void *pointer) const
    {
        if (arena_.is_near(pointer)) [[likely]]
            return arena_.is_freed_at(pointer);
        return looks_ || arena_.is_freed_at(pointer);
    }
    Place place() const { return place_; }
    // Whether misuse of freed objects is looked for at all.
    bool judged() const { return memory_ == Memory::judged; }
    // Whether `pointer` lies in the live object.
    bool within(const void *object, const void *pointer) const;
    // Name of the freed object around `pointer`, or none.
    Name freed_name(const void *pointer) const;
    // Name of the object around `pointer`, live or freed, or none. Looks at every object.
    Name name_around(const void *pointer) const;

    // Live objects whose start some pointer in the live object `holder` names, in order of the
    // pointers.
    std::vector<void *> pointees(const void *holder) const;

    struct Leak {
        Name what;
        std::size_t event;    // index of the record of its allocation, or no_record
        const char *function; // the outermost function on the stack that allocated it
    };
    // Objects allocated, not freed and not immortal, in order of allocation.
    std::vector<Leak> survivors() const;

private:
    struct Block {
        char *object;
        std::size_t size;
        std::size_t event;
        Name what;
        bool freed;
        bool immortal;
        const char *function;

        // In it, or just before it.
        bool holds(const char *address) const
        {
            return std::less_equal<>{}(object - Arena::redzone_bytes, address) &&
                   std::less<>{}(address, object + size);
        }
    };
    // What an object on the heap is preceded by.
    struct Header {
        static constexpr std::uint64_t its_magic = 0x746365626f6d6b75;

        // A pointer that is off by the size of a member or two still has a header's worth of our own
        // memory before it, so that looking there for the magic is no overflow.
        std::uint64_t guard[2] = {};
        Number index;
        std::uint64_t magic = its_magic;
    };
    static_assert(sizeof(Header) == Arena::redzone_bytes,
                  "one misuse looks the same in both places");

    static const Header *header_of(const void *object)
    {
        return static_cast<const Header *>(object) - 1;
    }
    // Of an object's own address.
    Number index_of(const void *object) const;
    Number other_object_to_free(void *pointer); // which is no object's address
    void free_on_heap(Block &block);
    void touch_freed(const void *pointer);
    const Block *find_freed(const void *pointer) const;
    const Block *find(const void *pointer) const;

    Memory memory_ = Memory::judged;
    Place place_ = Place::heap;
    Arena arena_;
    std::vector<Block> blocks_;
    bool looks_ = false;               // on the heap: something was freed, and it matters
    std::vector<std::uint32_t> freed_; // on the heap: indices into blocks_, ordered by address
};

void *allocate_object(std::size_t size, Name what);
void kfree(void *object);
// The real kernel never frees this object (it belongs to the machine, not to a driver).
void kmemleak_not_leak(void *object);
void touch(const void *object);

// Of the machine itself, and static data: never fails.
template <class T> T *new_object(Name what)
{
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate_object(sizeof(T), what)) T{};
}

// By the code under test: nullptr if it must fail.
template <class T> T *kzalloc(Name what)
{
    return should_fail(Site::kzalloc, what) ? nullptr : new_object<T>(what);
}

} // namespace kernel
