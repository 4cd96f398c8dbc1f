// SPDX-License-Identifier: GPL-2.0-only
// The main of a fuzz target that is linked without a fuzzing engine: runs the target once on every
// file named on the command line, and says on stderr which, so that the last name is the culprit's.
//
// It is as strict as the strictest engine: not 0, or a changed input, ends the process.
//
// Covers: replay of a corpus or a crash file by any compiler. Does not cover: folders, options
// (a leading -- is skipped), looking for new inputs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

namespace {

bool read_file(const char *path, std::vector<std::uint8_t> &bytes)
{
    std::FILE *file = std::fopen(path, "rb");
    if (!file)
        return false;
    std::uint8_t block[4096];
    std::size_t count = 0;
    while ((count = std::fread(block, 1, sizeof(block), file)) > 0)
        bytes.insert(bytes.end(), block, block + count);
    const bool good = !std::ferror(file); // a folder opens, and fails here
    std::fclose(file);
    return good;
}

bool replay(const char *path)
{
    std::vector<std::uint8_t> bytes;
    if (!read_file(path, bytes)) {
        std::fprintf(stderr, "cannot read %s\n", path);
        return false;
    }
    std::fprintf(stderr, "running %s (%zu bytes)\n", path, bytes.size());
    // A block of exactly that size, so that a sanitizer sees a read past the end.
    bytes.shrink_to_fit();
    const std::vector<std::uint8_t> before = bytes;
    const int result = LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    if (result == 0 && bytes == before)
        return true;
    std::fprintf(stderr, "the target %s\n", result != 0 ? "did not return 0" : "wrote its input");
    std::abort();
}

} // namespace

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    int first = 1;
    if (argc > 1 && std::string_view(argv[1]) == "--")
        first = 2;
    if (first == argc)
        std::fprintf(stderr, "usage: %s FILE...\n", argv[0]); // a runner that tries it expects 0
    bool all_read = true;
    for (int i = first; i < argc; ++i)
        all_read = replay(argv[i]) && all_read;
    return all_read ? 0 : 1;
}
