// Moves a slider between two prompts, as in an editor. A live session follows the slider, and the program
// prints the meshes per second. Then a job generates the frames of an animation in the background. The
// animation is written to a GLB if a path is given.
//
//     flags="-I bindings/cpp $(pkg-config --cflags --libs att3d)"
//     c++ -std=c++17 examples/cpp/interpolate.cpp $flags -o interpolate
//     ./interpolate "a pig" "a tiger wearing a sombrero" 3 frames.glb
#include <att3d.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Returns the latent between two latents. at: 0 for the first, 1 for the second.
static att3d::Latent between(const att3d::Latent &from, const att3d::Latent &to, float at) {
    const float weights[] = {1 - at, at};
    return att3d::Latent::mix({from, to}, weights);
}

// Follows a slider for some seconds. A host requests a mesh when the slider moves, and takes the newest mesh
// once in each frame that the host draws. Here one loop does both.
static void follow_slider(const att3d::Model &model, const std::vector<att3d::Latent> &ends,
                          const att3d::GenerateOptions &options, double seconds) {
    const att3d::Live live(model, options);
    const auto start = Clock::now();
    int meshes = 0;
    unsigned long triangles = 0;
    while (seconds_since(start) < seconds) {
        const auto slider = static_cast<float>(0.5 - 0.5 * std::cos(seconds_since(start)));
        live.set_latent(between(ends[0], ends[1], slider));
        live.wait();
        if (const auto answer = live.take_mesh()) {
            meshes++;
            triangles += answer->mesh.triangle_count();
        }
    }
    std::printf("%.1f meshes per second at %u cells, %lu triangles each\n", meshes / seconds_since(start),
                options.resolution, meshes ? triangles / static_cast<unsigned long>(meshes) : 0);
}

// Generates the frames of an animation from the first end to the second, and shows the progress. A host with
// a window would look at the job's state once in each frame that the host draws, and would not wait.
static std::vector<att3d::Mesh> generate_frames(const std::vector<att3d::Latent> &ends, int count,
                                                const att3d::GenerateOptions &options) {
    std::vector<att3d::Latent> latents;
    for (int frame = 0; frame < count; frame++) {
        latents.push_back(
            between(ends[0], ends[1], static_cast<float>(frame) / static_cast<float>(count - 1)));
    }
    const auto job = att3d::Job::generate_frames(latents, options);
    while (!job.wait(std::chrono::milliseconds(100))) {
        std::fprintf(stderr, "\rframes: %3.0f %%", 100.0 * double{job.info().fraction});
    }
    std::fprintf(stderr, "\rframes: done \n");
    std::vector<att3d::Mesh> frames;
    for (int frame = 0; frame < count; frame++) frames.push_back(job.take_mesh());
    return frames;
}

int main(int count, char **arguments) try {
    const std::string from = count > 1 ? arguments[1] : "a pig";
    const std::string to = count > 2 ? arguments[2] : "a tiger wearing a sombrero";
    const double seconds = count > 3 ? std::atof(arguments[3]) : 3.0;

    const att3d::Context context;
    const auto model = att3d::Model::load(context);
    const auto ends = att3d::latents_from_prompts(model, {from, to});
    for (const auto &end : ends) {
        const auto reading = end.reading();
        if (!reading.understood.empty()) std::fprintf(stderr, "understood: %s\n", reading.understood.c_str());
    }
    att3d::GenerateOptions options;
    options.resolution = 64;
    follow_slider(model, ends, options, seconds);

    const auto frames = generate_frames(ends, 12, options);
    att3d::ExportOptions shown;
    shown.seconds = 0.1f;
    if (count > 4) {
        att3d::meshes_write_file(frames, arguments[4], shown);
        std::printf("%zu frames: %s\n", frames.size(), arguments[4]);
    } else {
        std::printf("%zu frames: %zu bytes\n", frames.size(), att3d::meshes_encode(frames, shown).size());
    }
    return 0;
} catch (const att3d::Error &error) {
    std::fprintf(stderr, "%s: %s\n", att3d::status_name(error.status()), error.what());
    return 1;
}
