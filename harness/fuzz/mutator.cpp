// SPDX-License-Identifier: GPL-2.0-only
// The hooks by which libFuzzer has the generators make its inputs. Other engines do not call them.
//
// The environment variable HMEMFUZZ_MUTATOR chooses, so that one binary can compare: `structure`
// (the default) edits decoded scenarios, some of them by a run (look_ahead.hpp), `bytes` leaves all
// to the engine, `generate` makes every input from nothing, so that coverage leads nowhere.
#include "generators/mutator.hpp"
#include "fuzz/look_ahead.hpp"
#include "fuzz/served.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Weak: an archive of another engine, or the main that replays files, does not have it.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t size,
                                                              std::size_t size_max);

namespace {

enum class Way { structure, bytes, generate };

Way read_way()
{
    const char *chosen = std::getenv("HMEMFUZZ_MUTATOR");
    const std::string_view word = chosen != nullptr ? chosen : "structure";
    if (word == "structure")
        return Way::structure;
    if (word == "bytes")
        return Way::bytes;
    if (word == "generate")
        return Way::generate;
    std::fprintf(stderr, "HMEMFUZZ_MUTATOR: '%s' is none of structure, bytes, generate\n", chosen);
    std::_Exit(2);
}

Way way()
{
    static const Way chosen = read_way();
    return chosen;
}

generators::Passed look_ahead(const scenario::Scenario &scenario)
{
    return fuzz::look_ahead(fuzz::served().revision, scenario);
}

const generators::Help &help()
{
    static const generators::Help instance{LLVMFuzzerMutate, look_ahead, fuzz::served().runs};
    return instance;
}

// From an empty corpus inputs start small, as they do by libFuzzer's own mutations. A runner that checks a
// build lets it make four inputs and takes a crash for a broken one: those are too short for an operation
// with its layout, in which the targets of earlier revisions find a bug at once.
constexpr std::size_t small_inputs = 4;
constexpr std::size_t small_bytes_max = 3;

std::size_t grown(std::size_t size, std::size_t size_max)
{
    static std::size_t inputs = 0;
    if (size <= small_bytes_max && inputs < small_inputs) {
        ++inputs;
        return std::min(size_max, small_bytes_max);
    }
    return size_max;
}

std::size_t give(const generators::Bytes &bytes, std::uint8_t *data)
{
    std::copy(bytes.begin(), bytes.end(), data);
    return bytes.size();
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t size,
                                               std::size_t size_max, unsigned seed)
{
    if (way() == Way::bytes && LLVMFuzzerMutate != nullptr)
        return LLVMFuzzerMutate(data, size, size_max);
    if (way() == Way::generate)
        return give(generators::generate(size_max, seed, fuzz::served().runs), data);
    return give(generators::mutate({data, size}, grown(size, size_max), seed, help()), data);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t *left, std::size_t left_size,
                                                 const std::uint8_t *right, std::size_t right_size,
                                                 std::uint8_t *out, std::size_t out_size_max,
                                                 unsigned seed)
{
    if (way() == Way::structure)
        return give(generators::cross_over({left, left_size}, {right, right_size},
                                           grown(left_size, out_size_max), seed, help()),
                    out);
    const std::size_t size = std::min(left_size, out_size_max);
    std::copy_n(left, size, out);
    return LLVMFuzzerCustomMutator(out, size, out_size_max, seed);
}
