// Tests every wrapper of att3d.hpp once, and its behavior where the library returns an error.
#include <att3d.hpp>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

static void fail(int line, const char *what) {
    std::fprintf(stderr, "wrappers.cpp:%d: %s\n", line, what);
    std::exit(1);
}
#define HOLDS(condition) \
    if (!(condition)) fail(__LINE__, #condition)

template <class F>
static att3d_status thrown(F work) {
    try {
        work();
    } catch (const att3d::Error &error) {
        HOLDS(*error.what() != 0);
        return error.status();
    }
    return ATT3D_OK;
}

int main() {
    std::atomic<int> lines{0}, calls{0};
    HOLDS(att3d::is_compatible() && !att3d::version().empty());
    HOLDS(att3d::devices().front().device == ATT3D_DEVICE_CPU);
    HOLDS(thrown([] { att3d::Context(0, 77); }) == ATT3D_INVALID_ARGUMENT);

    const att3d::Context context(2);
    context.set_log([&](att3d_log_level level, const std::string &) {
        lines++;
        if (level == ATT3D_LOG_INFO) throw 1; // The wrapper discards the exception.
    });
    const auto model = context.load_bundled();
    HOLDS(lines == 1 && context.info().thread_count == 2);
    context.set_log({});
    HOLDS(model.words().size() == model.info().word_count && !model.name().empty());
    HOLDS(!model.license().empty() && !model.digest().empty());
    HOLDS(thrown([&] { context.load_file("no such file"); }) == ATT3D_IO);
    HOLDS(thrown([&] { context.load_memory("x", 1); }) == ATT3D_FORMAT);

    const auto reading = model.read("a green monster truck");
    HOLDS(reading.phrase == "a green truck" && reading.thing == "truck" && reading.attributes == std::vector<std::string>{"green"});
    HOLDS(reading.left_out == std::vector<std::string>{"monster"} && reading.replaced.empty());
    HOLDS(reading.understood == "a green truck (left out: monster)");
    HOLDS(model.read("made of gold", true).thing.empty());
    HOLDS(thrown([&] { model.read("made of gold"); }) == ATT3D_PROMPT);

    att3d::GenerateOptions options;
    options.resolution = 24;
    options.progress = [&](float) { return ++calls, false; };
    const auto mesh = model.generate("a quark pig", options);
    HOLDS(calls > 0 && mesh.unknown_words() == std::vector<std::string>{"quark"} && mesh.prompt() == "a quark pig");
    HOLDS(mesh.positions().size() == 3 * mesh.vertex_count() && mesh.normals().size() == mesh.positions().size());
    HOLDS(mesh.colors().size() == mesh.positions().size() && mesh.materials().size() == 2 * mesh.vertex_count());
    HOLDS(mesh.uvs().empty() && mesh.indices().size() == 3 * mesh.triangle_count());
    for (const auto index : mesh.indices()) HOLDS(index < mesh.vertex_count());
    HOLDS(mesh.info().resolution == 24);
    HOLDS(thrown([&] { mesh.texture(); }) == ATT3D_UNSUPPORTED);
    att3d::GenerateOptions textured;
    textured.resolution = 24;
    textured.texture_size = 64;
    const auto painted = model.generate("a pig", textured);
    HOLDS(painted.uvs().size() == 2 * painted.vertex_count() && painted.texture().width == 64);
    HOLDS(painted.tangents().size() == 4 * painted.vertex_count() && mesh.tangents().empty());
    HOLDS(painted.texture(ATT3D_TEXTURE_NORMAL).channels == 3 && painted.texture(ATT3D_TEXTURE_OCCLUSION).channels == 1);
    HOLDS(thrown([&] { painted.level(1); }) == ATT3D_INVALID_ARGUMENT && thrown([&] { painted.hull(); }) == ATT3D_UNSUPPORTED);
    att3d::GenerateOptions asset;
    asset.resolution = 24;
    asset.triangle_budget = 400;
    asset.level_count = 1;
    asset.hull = true;
    const auto reduced = model.generate("a pig", asset);
    HOLDS(reduced.triangle_count() <= 400 && reduced.info().level_count == 1);
    HOLDS(!reduced.level(1).empty() && reduced.level(1).size() <= 3 * 220);
    for (const auto index : reduced.level(1)) HOLDS(index < reduced.vertex_count());
    HOLDS(reduced.hull().triangle_count > 3 && reduced.hull().positions != nullptr && reduced.hull().normals == nullptr);
    HOLDS(reduced.report().boundary_edge_count == 0 && reduced.report().volume > 0);
    HOLDS(reduced.report().hausdorff > 0 && reduced.report().lost_component_count == 0);
    HOLDS(reduced.info().hull_count == 1 && thrown([&] { reduced.hull_at(1); }) == ATT3D_INVALID_ARGUMENT);
    asset.hull_count = 8;
    asset.hull_vertex_count = 16;
    asset.min_component = 0.0f;
    const auto apart = model.generate("a pig", asset);
    HOLDS(apart.info().hull_count > 1 && apart.info().hull_count <= 8 && apart.hull_at(1).vertex_count <= 16);
    HOLDS(apart.report().removed_component_count == 0);
    asset.min_component = 2.0f;
    HOLDS(thrown([&] { model.generate("a pig", asset); }) == ATT3D_INVALID_ARGUMENT);
    att3d::ExportOptions godot;
    godot.godot = true;
    const auto named = reduced.encode(godot);
    HOLDS(std::string(reinterpret_cast<const char *>(named.data()), named.size()).find("-convcolonly") != std::string::npos);
    const auto glb = painted.encode();
    const std::string text(reinterpret_cast<const char *>(glb.data()), glb.size());
    HOLDS(painted.info().chart_count > 0 && text.find("image/png") != std::string::npos);
    HOLDS(text.find("baseColorTexture") != std::string::npos);
    att3d::ExportOptions stl;
    stl.format = ATT3D_MESH_STL;
    HOLDS(mesh.encode(stl).size() == 84 + 50 * mesh.triangle_count() && std::memcmp(mesh.encode().data(), "glTF", 4) == 0);
    HOLDS(thrown([&] { mesh.write_file("mesh.doc"); }) == ATT3D_INVALID_ARGUMENT);
    options.progress = [](float) -> bool { throw 1; };
    HOLDS(thrown([&] { model.generate("a pig", options); }) == ATT3D_CANCELLED);
    HOLDS(thrown([&] { model.generate("quark"); }) == ATT3D_PROMPT);
    options.progress = {};

    auto latents = model.embed_all({"a pig", "a tiger"});
    const auto between = att3d::Latent::between(latents[0], latents[1], 0.5f);
    HOLDS(between.generate(options).prompt() == "a pig / a tiger" && between.unknown_words().empty());
    const auto moved = att3d::Latent::morph({&latents[0], &latents[0]}, options);
    HOLDS(moved.info().target_count == 1 && moved.target(0).vertex_count == moved.vertex_count());
    HOLDS(std::string(moved.target(0).name) == "a pig" && moved.target(0).folded < 0.02f);
    HOLDS(thrown([&] { moved.target(1); }) == ATT3D_INVALID_ARGUMENT);
    HOLDS(thrown([&] { att3d::Latent::morph({&latents[0]}, options); }) == ATT3D_INVALID_ARGUMENT);
    HOLDS(thrown([&] { att3d::Mesh::write_frames({}, "frames.glb"); }) == ATT3D_INVALID_ARGUMENT);
    HOLDS(thrown([&] { att3d::Mesh::write_frames({&moved, &moved}, "no/such/folder/frames.glb"); }) == ATT3D_IO);
    const auto fields = att3d::Latent::fields({&latents[0], &latents[1]});
    const float points[6] = {0, 0, 0, 0.9f, 0.9f, 0.9f};
    const auto samples = fields[1].sample(points, 2);
    HOLDS(fields.size() == 2 && samples.values == fields[1].values(points, 2) && samples.colors.size() == 6);
    HOLDS(fields[0].info().kind == ATT3D_FIELD_SIGNED_DISTANCE && samples.values[1] > 0);
    HOLDS(fields[0].generate(options).triangle_count() > 0 && latents[0].field().info().has_materials == 1);
    const auto cloud = att3d::Shape::from_points(points, 2);
    HOLDS(latents[0].field(&cloud).generate(options).triangle_count() > 0 && cloud.info().point_count == 2);
    // A pyramid, ten meters to the right.
    const float corners[12] = {9, 0, -1, 11, 0, -1, 10, 0, 1, 10, 2, 0};
    const float uvs[8] = {0, 0, 1, 0, 0, 1, 1, 1};
    const std::uint32_t faces[12] = {0, 1, 2, 0, 3, 1, 1, 3, 2, 2, 3, 0};
    att3d::Surface pyramid;
    pyramid.positions = corners;
    pyramid.vertex_count = 4;
    pyramid.indices = faces;
    pyramid.triangle_count = 4;
    pyramid.uvs = uvs;
    const auto given = att3d::Shape::from_surface(pyramid);
    HOLDS(given.info().has_frame == 1 && given.info().centre[0] == 10 && given.info().keep == 1);
    const auto whole = given.keeping(0.5f).keeping(1);
    HOLDS(given.keeping(0.5f).info().keep == 0.5f && whole.info().keep == 1 && thrown([&] { given.keeping(2); }) == ATT3D_INVALID_ARGUMENT);
    const auto styled = latents[0].field(&whole);
    att3d::ExportOptions in_place;
    in_place.place_of_shape = true;
    HOLDS(styled.generate(options).encode(in_place).size() > 1000);
    HOLDS(thrown([&] { mesh.encode(in_place); }) == ATT3D_INVALID_ARGUMENT);
    textured.resolution = 0;
    const auto dressed = styled.paint(pyramid, textured);
    HOLDS(dressed.vertex_count() == 4 && dressed.texture().width == 64 && dressed.uvs()[2] == 1);
    const auto file = dressed.encode(in_place);
    HOLDS(std::fabs(att3d::Shape::from_glb(file.data(), file.size()).info().centre[0] - 10) < 1e-3f);
    HOLDS(thrown([&] { att3d::Shape::from_glb("glTF", 4); }) == ATT3D_FORMAT);
    dressed.write_file("given.glb", in_place);
    model.restyle("given.glb", "a tiger", "restyled.glb", textured);
    model.restyle("given.glb", "a tiger", "given.glb", textured, true);
    std::remove("given.glb");
    HOLDS(std::remove("restyled.glb") == 0);
    HOLDS(thrown([&] { model.restyle("given.glb", "a tiger", "restyled.glb"); }) == ATT3D_IO);
    const auto one = model.embed_variant("a chair", 1).generate(options), two = model.embed_variant("a chair", 2).generate(options);
    options.seed = 2;
    const auto again = model.generate("a chair", options);
    options.seed = 0;
    HOLDS(again.vertex_count() == two.vertex_count() && one.encode() != two.encode());

    auto owner = model.generate("a chair", options);
    {
        const auto other = std::move(owner);
        HOLDS(other.vertex_count() > 0);
    }
    HOLDS(!owner.get() && owner.vertex_count() == 0 && owner.positions().empty() && owner.indices().empty());
    HOLDS(thrown([&] { owner.report(); }) == ATT3D_NULL_ARGUMENT);
    owner = model.generate("a chair", options);
    HOLDS(owner.vertex_count() > 0 && owner.draw(0, 0).size() == 512u * 512u * 4u);
    const auto stop = [](float) { return true; };
    HOLDS(thrown([&] { owner.draw(64, 64, 0, 0, stop); }) == ATT3D_CANCELLED);
    HOLDS(thrown([&] { fields[1].values(points, 2, stop); }) == ATT3D_CANCELLED);
    HOLDS(thrown([&] { context.load_file("models/toybox/toybox.att3d", stop); }) == ATT3D_CANCELLED);
    HOLDS(thrown([&] { context.load_memory(nullptr, 0); }) != ATT3D_OK);
    HOLDS(thrown([&] { att3d::Latent::mix({{nullptr, 1.0f}}); }) == ATT3D_NULL_ARGUMENT);
    HOLDS(thrown([&] { model.embed(std::string("a pig\0 and more", 15)); }) == ATT3D_INVALID_ARGUMENT);

    const auto job = latents[0].start(options);
    HOLDS(job.wait() && job.info().state == ATT3D_JOB_READY && job.take().triangle_count() > 0);
    HOLDS(thrown([&] { job.take(); }) == ATT3D_INVALID_ARGUMENT);
    std::atomic<bool> may_go_on{false};
    options.progress = [&](float) {
        while (!may_go_on) std::this_thread::yield();
        return false;
    };
    const auto slow = fields[0].start(options);
    slow.cancel();
    may_go_on = true;
    slow.wait();
    HOLDS(thrown([&] { slow.take(); }) == ATT3D_CANCELLED);
    options.progress = {};

    const auto live = model.live(options);
    const auto asked = live.set_prompt("a tig", true);
    HOLDS(live.wait() && live.info().answered == asked && live.info().word_state == ATT3D_WORD_COMPLETED);
    HOLDS(live.take()->prompt() == "a tiger" && !live.take());
    live.set_latent(between);
    HOLDS(live.wait(std::chrono::seconds(60)) && live.take());
    model.unload();
    context.trim();
    HOLDS(thrown([&] { model.embed("a pig"); }) == ATT3D_UNLOADED);
    std::puts("cpp: all wrappers hold");
}
