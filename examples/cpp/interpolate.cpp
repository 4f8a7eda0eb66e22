// Moves a slider between two prompts. A live session follows it, and the program prints the frames per
// second.
//
//     flags="-I bindings/cpp $(pkg-config --cflags --libs att3d)"
//     c++ -std=c++17 examples/cpp/interpolate.cpp $flags -o interpolate
//     ./interpolate "a pig" "a tiger wearing a sombrero" 3
#include <att3d.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int count, char **arguments) try {
    const std::string from = count > 1 ? arguments[1] : "a pig";
    const std::string to = count > 2 ? arguments[2] : "a tiger wearing a sombrero";
    const double seconds = count > 3 ? std::atof(arguments[3]) : 3.0;

    const att3d::Context context;
    const auto model = context.load_bundled();
    const auto ends = model.embed_all({from, to});
    for (const auto &end : ends) {
        for (const auto &word : end.unknown_words()) std::fprintf(stderr, "unknown word, left out: %s\n", word.c_str());
    }
    att3d::GenerateOptions options;
    options.resolution = 64;
    const auto live = model.live(options);

    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
    int frames = 0;
    unsigned long triangles = 0;
    // A host sets the slider when it moves, and takes the newest mesh once in each frame. Here one loop does
    // both.
    while (elapsed() < seconds) {
        const auto slider = static_cast<float>(0.5 - 0.5 * std::cos(elapsed()));
        live.set_latent(att3d::Latent::between(ends[0], ends[1], slider));
        live.wait();
        if (const auto mesh = live.take()) {
            frames++;
            triangles += mesh->triangle_count();
        }
    }
    std::printf("%.1f meshes a second at 64 cells, %lu triangles each\n", frames / elapsed(),
                frames ? triangles / static_cast<unsigned long>(frames) : 0);
    return 0;
} catch (const att3d::Error &error) {
    std::fprintf(stderr, "%s: %s\n", att3d_status_name(error.status()), error.what());
    return 1;
}
