// SPDX-License-Identifier: GPL-2.0-only
// The main of a fuzz target that is linked without a fuzzing engine: runs the target once on every
// file named on the command line, and says on stderr which, so that the last name is the culprit's.
//
// Covers: replay of a corpus or a crash file by any compiler. Does not cover: folders, options
// (a leading -- is skipped), looking for new inputs.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

namespace {

bool replay(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad()) {
        std::fprintf(stderr, "cannot read %s\n", path);
        return false;
    }
    std::fprintf(stderr, "running %s (%zu bytes)\n", path, bytes.size());
    // A block of exactly that size, so that a sanitizer sees a read past the end.
    const auto input = std::make_unique<std::uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), input.get());
    LLVMFuzzerTestOneInput(input.get(), bytes.size());
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    int first = 1;
    if (argc > 1 && std::string_view(argv[1]) == "--")
        first = 2;
    bool all_read = true;
    for (int i = first; i < argc; ++i)
        all_read = replay(argv[i]) && all_read;
    return all_read ? 0 : 1;
}
