// Tests every wrapper of att3d.hpp, and its behavior where the library returns an error.
#include <att3d.hpp>

#include "../c/offset.h"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using att3d::StatusCode;

static void fail(int line, const char *what) {
    std::fprintf(stderr, "wrappers.cpp:%d: %s\n", line, what);
    std::exit(1);
}
#define HOLDS(condition)                                                                                     \
    if (!(condition)) fail(__LINE__, #condition)

template <class F>
static StatusCode thrown(F work) {
    try {
        work();
    } catch (const att3d::Error &error) {
        HOLDS(*error.what() != 0);
        return error.status();
    }
    return StatusCode::ok;
}

// Returns the options of most meshes in this file: a coarse grid of 24 cells along each axis is enough.
static att3d::GenerateOptions coarse() { return {24}; }

static std::string text_of(const att3d::Buffer &buffer) {
    return {reinterpret_cast<const char *>(buffer.data()), buffer.size()};
}

// A pyramid, ten meters from the origin along +X.
static const float corners[12] = {9, 0, -1, 11, 0, -1, 10, 0, 1, 10, 2, 0};
static const float corner_uvs[8] = {0, 0, 1, 0, 0, 1, 1, 1};
static const std::uint32_t faces[12] = {0, 1, 2, 0, 3, 1, 1, 3, 2, 2, 3, 0};
static att3d::Surface pyramid() { return {corners, faces, {}, {}, corner_uvs}; }

static void views_and_lists() {
    static_assert(std::is_aggregate_v<att3d::GenerateOptions> && std::is_aggregate_v<att3d::ContextOptions>);
    static_assert(std::is_aggregate_v<att3d::LoadOptions> && std::is_aggregate_v<att3d::SampleOptions>);
    static_assert(std::is_aggregate_v<att3d::ExportOptions> && std::is_aggregate_v<att3d::VertexLayout>);
    static_assert(std::is_aggregate_v<att3d::PictureOptions> && std::is_aggregate_v<att3d::MorphOptions>);
    static_assert(std::is_aggregate_v<att3d::PaintOptions> && std::is_aggregate_v<att3d::RestyleOptions>);
    static_assert(std::is_aggregate_v<att3d::Surface>);
    static_assert(std::is_nothrow_move_constructible_v<att3d::Mesh> &&
                  !std::is_copy_constructible_v<att3d::Mesh>);
    static_assert(std::is_nothrow_move_assignable_v<att3d::Job> && !std::is_copy_assignable_v<att3d::Job>);
    static_assert(!std::is_convertible_v<std::vector<float>, att3d::Span<const std::uint32_t>>);

    const att3d::Span<const float> none, all = corners;
    HOLDS(none.empty() && none.to_vector().empty() && all.size() == 12 && all[3] == 11 &&
          *(all.end() - 1) == 0);
    HOLDS(all.to_vector() == std::vector<float>(all.begin(), all.end()));
    HOLDS(att3d::detail::pairs("a\tb\nc") ==
          (std::vector<std::pair<std::string, std::string>>{{"a", "b"}, {"c", ""}}));
    HOLDS(std::string(att3d::status_name(StatusCode::prompt)) == "ATT3D_PROMPT");
    HOLDS(att3d::is_compatible() && !att3d::version().empty() && att3d::abi_version() >> 16 == 1);
}

static void contexts() {
    const auto devices = att3d::devices();
    HOLDS(devices.front().device == att3d::Device::cpu && devices.front().engine == att3d::Engine::embedded);
    HOLDS(devices.front().thread_count > 0 && !devices.front().name.empty());
    HOLDS(thrown([] { att3d::Context({static_cast<att3d::Device>(77)}); }) == StatusCode::invalid_argument);

    att3d::ContextOptions options;
    options.thread_count = 1;
    options.thread_priority = att3d::ThreadPriority::low;
    options.memory_limit = 1;
    const att3d::Context small_one(options);
    HOLDS(thrown([&] { att3d::Model::load(small_one); }) == StatusCode::ok ||
          thrown([&] { att3d::generate(att3d::Model::load(small_one), "a pig"); }) ==
              StatusCode::out_of_memory);
    HOLDS(small_one.info().thread_count == 1 && small_one.info().device == att3d::Device::cpu);
    HOLDS(small_one.info().precision == att3d::Precision::f32 && !small_one.info().is_worker);
    options.precision = att3d::Precision::f16;
    options.engine = att3d::Engine::embedded;
    HOLDS(thrown([&] { att3d::Context{options}; }) == StatusCode::unsupported);
}

static void models(const att3d::Context &context) {
    std::atomic<int> lines{0}, calls{0};
    context.set_log([&](att3d::LogLevel level, const std::string &message) {
        lines += message.empty() ? 0 : 1;
        if (level == att3d::LogLevel::info) throw 1; // The wrapper discards the exception.
    });
    const auto model = att3d::Model::load(context);
    HOLDS(lines == 1);
    context.set_log({});
    const auto info = model.info();
    HOLDS(info.has(att3d::Capability::words) && info.word_count == model.words().size() &&
          info.word_count > 0);
    HOLDS(info.has(att3d::Capability::shape) && info.meters_per_unit > 0 && info.parameter_count > 0);
    HOLDS(!model.name().empty() && !model.license().empty() && !model.digest().empty());
    HOLDS(info.thing_count > 0);
    att3d::LoadOptions source;
    source.bytes = att3d::bundled_package();
    const auto described = att3d::Model::describe(context, source);
    HOLDS(described.digest() == model.digest() && described.words() == model.words());
    HOLDS(thrown([&] { att3d::Latent::from_prompt(described, "a pig"); }) == StatusCode::unloaded);
    HOLDS(!model.word_groups().empty() && !model.word_groups().front().second.empty());

    const auto counted = [&](float) { return ++calls, false; };
    const auto stop = [](float) { return true; };
    const char *package = "models/toybox/toybox.att3d";
    HOLDS(att3d::Model::load(context, {package, {}, counted}).digest() == model.digest() && calls > 0);
    HOLDS(thrown([&] { att3d::Model::load(context, {package, {}, stop}); }) == StatusCode::cancelled);
    HOLDS(thrown([&] { att3d::Model::load(context, {"no such file"}); }) == StatusCode::io);
    att3d::LoadOptions options;
    const std::vector<std::uint8_t> damaged{'x'};
    options.bytes = damaged;
    HOLDS(thrown([&] { att3d::Model::load(context, options); }) == StatusCode::format);
    options.bytes = att3d::Span<const std::uint8_t>();
    HOLDS(thrown([&] { att3d::Model::load(context, options); }) == StatusCode::format);
    HOLDS(thrown([&] { att3d::Model::load(context, {std::string("a\0b", 3)}); }) ==
          StatusCode::invalid_argument);
}

static void readings_and_latents(const att3d::Model &model) {
    const auto reading = model.read("a green monster truck");
    HOLDS(reading.phrase == "a green truck" && reading.thing == "truck");
    HOLDS(reading.attributes == std::vector<std::string>{"green"} && reading.replaced.empty());
    HOLDS(reading.left_out == std::vector<std::string>{"monster"});
    HOLDS(reading.understood == "a green truck (left out: monster)");
    HOLDS(model.read("a corgi").replaced.front() == std::make_pair(std::string("corgi"), std::string("dog")));
    HOLDS(model.read("made of gold", att3d::ReadMode::change).thing.empty());
    HOLDS(thrown([&] { model.read("made of gold"); }) == StatusCode::prompt);

    const auto latents = att3d::latents_from_prompts(model, {"a quark pig", "a tiger"});
    HOLDS(latents[0].reading().left_out == std::vector<std::string>{"quark"});
    const float halves[2] = {0.5f, 0.5f};
    const auto half = att3d::Latent::mix(latents, halves);
    HOLDS(half.reading().left_out == std::vector<std::string>{"quark"} && half.reading().phrase.empty());
    HOLDS(att3d::generate(half, coarse()).prompt() == "a quark pig / a tiger");
    HOLDS(att3d::Latent::mix({latents[0], half}, std::vector<float>{1, 0}).get() != nullptr);
    HOLDS(thrown([&] { att3d::Latent::mix({half}, halves); }) == StatusCode::invalid_argument);
    const std::vector<const att3d::Latent *> null{nullptr};
    HOLDS(thrown([&] { att3d::Latent::mix(null, std::vector<float>{1}); }) == StatusCode::null_argument);
    HOLDS(thrown([&] { att3d::latents_from_prompts(model, {"a pig", "quark"}); }) == StatusCode::prompt);
    HOLDS(thrown([&] { att3d::latents_from_prompts(model, {}); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { att3d::fields_from_latents({}); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { att3d::Latent::from_prompt(model, std::string("a pig\0 x", 8)); }) ==
          StatusCode::invalid_argument);

    const std::string path = "wrappers.offset";
    HOLDS(write_offset(path.c_str(), model.digest().c_str(), 0.2f));
    const auto refined = latents[1].add_offset(path);
    HOLDS(refined.reading().phrase == latents[1].reading().phrase);
    HOLDS(att3d::generate(refined, coarse()).encode().to_vector() !=
          att3d::generate(latents[1], coarse()).encode().to_vector());
    HOLDS(write_offset(path.c_str(), "0123", 0.2f));
    HOLDS(thrown([&] { latents[1].add_offset(path); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { latents[1].add_offset(path + "s"); }) == StatusCode::io);
    HOLDS(thrown([&] { latents[1].add_offset("include/att3d.h"); }) == StatusCode::format);
    HOLDS(std::remove(path.c_str()) == 0);

    const auto first = att3d::generate(att3d::Latent::from_prompt(model, "a chair", 1), coarse());
    const auto second = att3d::generate(att3d::Latent::from_prompt(model, "a chair", 2), coarse());
    auto options = coarse();
    options.seed = 2;
    HOLDS(att3d::generate(model, "a chair", options).vertex_count() == second.vertex_count());
    HOLDS(first.encode().to_vector() != second.encode().to_vector());
}

static void fields_and_shapes(const att3d::Model &model) {
    const auto latents = att3d::latents_from_prompts(model, {"a pig", "a tiger"});
    const auto fields = att3d::fields_from_latents(latents);
    const float points[6] = {0, 0, 0, 0.9f, 0.9f, 0.9f};
    att3d::SampleOptions all{true, true, true, true, {}};
    const auto samples = fields[1].sample(points, all);
    HOLDS(fields.size() == 2 && samples.values == fields[1].sample(points).values && samples.values[1] > 0);
    HOLDS(samples.gradients.size() == 6 && samples.colors.size() == 6 && samples.materials.size() == 4);
    HOLDS(fields[1].sample(points).colors.empty());
    all.progress = [](float) { return true; };
    HOLDS(thrown([&] { fields[1].sample(points, all); }) == StatusCode::cancelled);
    HOLDS(thrown([&] { fields[1].sample({points, 5}); }) == StatusCode::invalid_argument);
    const auto info = att3d::Field::from_latent(latents[0]).info();
    HOLDS(info.kind == att3d::FieldKind::signed_distance && info.has_materials &&
          info.minimum[0] < info.maximum[0]);
    HOLDS(att3d::generate(fields[0], coarse()).triangle_count() > 0);

    const auto cloud = att3d::Shape::from_points(points);
    HOLDS(cloud.info().point_count == 2 && !cloud.info().has_frame);
    HOLDS(att3d::fields_from_latents({latents[0]}, &cloud).size() == 1);
    const auto given = att3d::Shape::from_surface(pyramid());
    HOLDS(given.info().has_frame && given.info().center[0] == 10 && given.info().keep == 1);
    HOLDS(given.with_keep(0.5f).info().keep == 0.5f && given.with_keep(0.5f).with_keep(1).info().keep == 1);
    HOLDS(thrown([&] { given.with_keep(2); }) == StatusCode::invalid_argument);
    HOLDS(!att3d::Shape::from_surface(pyramid(), att3d::SurfaceFit::none).info().has_frame);
    auto odd = pyramid();
    odd.uvs = {corner_uvs, 6};
    HOLDS(thrown([&] { att3d::Shape::from_surface(odd); }) == StatusCode::invalid_argument);
    const std::vector<std::uint8_t> damaged{'g', 'l', 'T', 'F'};
    HOLDS(thrown([&] { att3d::Shape::from_glb(damaged); }) == StatusCode::format);
}

static void generation(const att3d::Model &model) {
    std::atomic<int> calls{0};
    auto options = coarse();
    options.progress = [&](float) { return ++calls, false; };
    const auto mesh = att3d::generate(model, "a quark pig", options);
    HOLDS(calls > 0 && mesh.prompt() == "a quark pig" && mesh.info().resolution == 24);
    HOLDS(mesh.reading().left_out == std::vector<std::string>{"quark"});
    HOLDS(mesh.positions().size() == 3 * mesh.vertex_count() &&
          mesh.normals().size() == mesh.positions().size());
    HOLDS(mesh.colors().size() == mesh.positions().size() &&
          mesh.materials().size() == 2 * mesh.vertex_count());
    HOLDS(mesh.uvs().empty() && mesh.tangents().empty() &&
          mesh.indices().size() == 3 * mesh.triangle_count());
    for (const auto index : mesh.indices()) HOLDS(index < mesh.vertex_count());
    HOLDS(thrown([&] { mesh.texture(); }) == StatusCode::unsupported);
    HOLDS(thrown([&] { mesh.level(1); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { mesh.hull(); }) == StatusCode::unsupported);
    options.progress = [](float) -> bool { throw 1; };
    HOLDS(thrown([&] { att3d::generate(model, "a pig", options); }) == StatusCode::cancelled);
    HOLDS(thrown([&] { att3d::generate(model, "quark"); }) == StatusCode::prompt);
    options = coarse();
    options.dense = true;
    HOLDS(att3d::generate(model, "a quark pig", options).vertex_count() == mesh.vertex_count());

    options = coarse();
    options.triangle_budget = 400;
    options.level_count = 1;
    options.hull_count = 1;
    const auto reduced = att3d::generate(model, "a pig", options);
    HOLDS(reduced.triangle_count() <= 400 && reduced.info().level_count == 1);
    HOLDS(!reduced.level(1).empty() && reduced.level(1).size() <= 3 * 220);
    HOLDS(reduced.hull().indices.size() > 9 && !reduced.hull().positions.empty());
    HOLDS(reduced.report().boundary_edge_count == 0 && reduced.report().volume > 0);
    HOLDS(reduced.report().hausdorff > 0 && reduced.report().lost_component_count == 0);
    HOLDS(thrown([&] { reduced.hull(1); }) == StatusCode::invalid_argument);
    options.hull_count = 8;
    options.hull_vertex_count = 16;
    options.min_component = att3d::keep_all_components;
    const auto apart = att3d::generate(model, "a pig", options);
    HOLDS(apart.info().hull_count > 1 && apart.info().hull_count <= 8 &&
          apart.hull(1).positions.size() <= 3 * 16);
    HOLDS(apart.report().removed_component_count == 0);
    options.min_component = 2;
    HOLDS(thrown([&] { att3d::generate(model, "a pig", options); }) == StatusCode::invalid_argument);
    options.hull_count = 0;
    options.min_component = 0;
    HOLDS(thrown([&] { att3d::generate(model, "a pig", options); }) == StatusCode::invalid_argument);
    att3d::ExportOptions godot;
    godot.hull_names = att3d::HullNames::godot;
    HOLDS(text_of(reduced.encode(godot)).find("-convcolonly") != std::string::npos);
    HOLDS(text_of(reduced.encode()).find("UCX_") != std::string::npos);

    auto owner = att3d::generate(model, "a chair", coarse());
    {
        const auto other = std::move(owner);
        HOLDS(other.vertex_count() > 0);
    }
    HOLDS(!owner.get() && owner.vertex_count() == 0 && owner.positions().empty() && owner.indices().empty());
    HOLDS(thrown([&] { owner.report(); }) == StatusCode::null_argument);
    owner = att3d::generate(model, "a chair", coarse());
    HOLDS(owner.vertex_count() > 0);
}

static void textures_copies_and_pictures(const att3d::Model &model) {
    auto options = coarse();
    options.texture_size = 64;
    options.level_count = 1;
    const auto mesh = att3d::generate(model, "a pig", options);
    const auto count = std::size_t{mesh.vertex_count()};
    HOLDS(mesh.uvs().size() == 2 * count && mesh.tangents().size() == 4 * count &&
          mesh.info().chart_count > 0);
    HOLDS(mesh.texture().width == 64 && mesh.texture().texels.size() == 64 * 64 * 3);
    HOLDS(mesh.texture(att3d::Texture::roughness_metallic).texels[0] == 255);
    HOLDS(mesh.texture(att3d::Texture::normal).channels == 3);
    HOLDS(mesh.texture(att3d::Texture::occlusion).channels == 1);

    struct Vertex {
        float position[3];
        std::uint8_t color[4];
        float uv[2];
        float mine;
    };
    using att3d::VertexFormat;
    att3d::VertexLayout layout;
    layout.stride = sizeof(Vertex);
    layout.position = {VertexFormat::f32, offsetof(Vertex, position)};
    layout.color = {VertexFormat::unorm8, offsetof(Vertex, color)};
    layout.uv = {VertexFormat::f32, offsetof(Vertex, uv)};
    std::vector<Vertex> vertices(count, Vertex{{}, {}, {}, 7});
    mesh.copy_vertices(layout, vertices.data(), count * sizeof(Vertex));
    for (std::size_t at = 0; at < count; at++) {
        HOLDS(std::equal(vertices[at].position, vertices[at].position + 3, &mesh.positions()[3 * at]));
        HOLDS(std::fabs(vertices[at].color[1] - 255 * mesh.colors()[3 * at + 1]) <= 0.51f);
        HOLDS(vertices[at].color[3] == 255 && vertices[at].uv[1] == mesh.uvs()[2 * at + 1] &&
              vertices[at].mine == 7);
    }
    HOLDS(thrown([&] { mesh.copy_vertices(layout, vertices.data(), 8); }) == StatusCode::buffer_too_small);
    layout.normal = layout.position;
    HOLDS(thrown([&] { mesh.copy_vertices(layout, vertices.data(), count * sizeof(Vertex)); }) ==
          StatusCode::invalid_argument);
    att3d::VertexLayout rest;
    rest.stride = 36;
    rest.normal = {VertexFormat::f32, 0};
    rest.tangent = {VertexFormat::f32, 12};
    rest.material = {VertexFormat::f32, 28};
    std::vector<float> numbers(9 * count);
    mesh.copy_vertices(rest, numbers.data(), 36 * count);
    HOLDS(numbers[0] == mesh.normals()[0] && numbers[3] == mesh.tangents()[0] &&
          numbers[8] == mesh.materials()[1]);
    const auto plain = att3d::generate(model, "a pig", coarse());
    std::vector<std::uint8_t> bytes(36 * plain.vertex_count());
    HOLDS(thrown([&] { plain.copy_vertices(rest, bytes.data(), bytes.size()); }) == StatusCode::unsupported);

    std::vector<std::uint32_t> wide(mesh.indices().size());
    mesh.copy_indices(0, att3d::IndexFormat::u32, wide.data(), 4 * wide.size());
    HOLDS(wide == mesh.indices().to_vector());
    std::vector<std::uint16_t> narrow(mesh.level(1).size());
    mesh.copy_indices(1, att3d::IndexFormat::u16, narrow.data(), 2 * narrow.size());
    HOLDS(std::equal(narrow.begin(), narrow.end(), mesh.level(1).begin()));
    HOLDS(thrown([&] { mesh.copy_indices(0, att3d::IndexFormat::u16, narrow.data(), 2); }) ==
          StatusCode::buffer_too_small);
    HOLDS(thrown([&] { mesh.copy_indices(2, att3d::IndexFormat::u16, narrow.data(), 2); }) ==
          StatusCode::invalid_argument);

    att3d::PictureOptions view{64, 32, 1, 90, 10, {}};
    const auto picture = mesh.draw(view);
    HOLDS(picture.width == 64 && picture.height == 32 && picture.pixels.size() == 64 * 32 * 4);
    HOLDS(picture.pixels[3] == 255 && mesh.draw({0, 0, 0, 0, 0, {}}).pixels.size() == 512u * 512u * 4u);
    view.progress = [](float) { return true; };
    HOLDS(thrown([&] { mesh.draw(view); }) == StatusCode::cancelled);
    view.width = 4'000'000'000;
    HOLDS(thrown([&] { mesh.draw(view); }) == StatusCode::invalid_argument);
}

static void exports(const att3d::Model &model) {
    const auto mesh = att3d::generate(model, "a pig", coarse());
    auto glb = mesh.encode();
    HOLDS(std::memcmp(glb.data(), "glTF", 4) == 0 && glb.to_vector().size() == glb.size());
    HOLDS(static_cast<std::size_t>(glb.end() - glb.begin()) == glb.size());
    att3d::ExportOptions stl;
    stl.format = att3d::MeshFormat::stl;
    stl.up_axis = att3d::UpAxis::z;
    HOLDS(mesh.encode(stl).size() == 84 + 50 * mesh.triangle_count());
    att3d::ExportOptions options;
    options.compress = true;
    HOLDS(mesh.encode(options).size() < glb.size());
    const auto moved = std::move(glb);
    HOLDS(moved.size() > 0 && glb.size() == 0 && glb.data() == nullptr && glb.to_vector().empty());
    options.up_axis = att3d::UpAxis::z;
    HOLDS(thrown([&] { mesh.encode(options); }) == StatusCode::invalid_argument);
    options = {};
    options.pivot = att3d::Pivot::shape;
    HOLDS(thrown([&] { mesh.encode(options); }) == StatusCode::invalid_argument);
    options.pivot = att3d::Pivot::center;
    options.size = 3;
    const auto centered = att3d::Shape::from_glb(mesh.encode(options)).info();
    HOLDS(std::fabs(centered.center[1]) < 1e-3f && std::fabs(centered.center[0]) < 1e-3f);
    options.meters_per_unit = 1;
    HOLDS(thrown([&] { mesh.encode(options); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { mesh.write_file("mesh.doc"); }) == StatusCode::invalid_argument);
    mesh.write_file("wrappers.ply");
    HOLDS(std::remove("wrappers.ply") == 0);
}

static void frames_and_morphs(const att3d::Model &model) {
    const auto latents = att3d::latents_from_prompts(model, {"a pig", "a tiger"});
    const auto frames = att3d::generate_frames(latents, coarse());
    HOLDS(frames.size() == 2 && frames[1].prompt() == "a tiger" && frames[1].vertex_count() > 0);
    att3d::ExportOptions shown;
    shown.seconds = 0.25f;
    const auto film = att3d::meshes_encode(frames, shown);
    HOLDS(text_of(film).find("\"animations\"") != std::string::npos);
    att3d::meshes_write_file({frames[0], frames[1]}, "wrappers.glb", shown);
    HOLDS(std::remove("wrappers.glb") == 0);
    HOLDS(thrown([] { att3d::meshes_encode({}); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { att3d::meshes_write_file(frames, "no/such/folder/frames.glb"); }) == StatusCode::io);

    const auto moved = att3d::morph({latents[0], latents[0]}, coarse(), {4, 0.05f});
    HOLDS(moved.info().target_count == 1 && moved.target(0).positions.size() == moved.positions().size());
    HOLDS(moved.target(0).normals.size() == moved.target(0).colors.size());
    HOLDS(moved.target(0).name == "a pig" && moved.target(0).folded < 0.02f);
    HOLDS(thrown([&] { moved.target(1); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { att3d::morph({latents[0]}, coarse()); }) == StatusCode::invalid_argument);
}

static void new_materials(const att3d::Model &model) {
    const auto shape = att3d::Shape::from_surface(pyramid());
    const auto field = att3d::Field::from_latent(att3d::Latent::from_prompt(model, "a pig"), &shape);
    att3d::ExportOptions in_place;
    in_place.pivot = att3d::Pivot::shape;
    HOLDS(att3d::generate(field, coarse()).encode(in_place).size() > 1000);
    const auto painted = att3d::paint(field, pyramid(), {64, {}});
    HOLDS(painted.vertex_count() == 4 && painted.texture().width == 64 && painted.uvs()[2] == 1);
    auto bare = pyramid();
    bare.uvs = {};
    HOLDS(att3d::paint(field, bare, {64, {}}).vertex_count() > 4);
    const auto job = att3d::Job::paint(field, pyramid(), {64, {}});
    HOLDS(job.wait() && job.take_mesh().vertex_count() == 4);

    const auto glb = painted.encode(in_place);
    HOLDS(std::fabs(att3d::Shape::from_glb(glb).info().center[0] - 10) < 1e-3f);
    att3d::RestyleOptions options;
    options.texture_size = 64;
    const auto tiger = att3d::restyle(model, glb, "a tiger", options);
    HOLDS(std::memcmp(tiger.data(), "glTF", 4) == 0 && tiger.to_vector() != glb.to_vector());
    const auto restyled = att3d::Job::restyle(model, glb, "a tiger", options);
    HOLDS(restyled.wait() && restyled.info().buffer_count == 1 && restyled.info().mesh_count == 0);
    HOLDS(restyled.take_buffer().to_vector() == tiger.to_vector());
    HOLDS(thrown([&] { restyled.take_buffer(); }) == StatusCode::invalid_argument);
    HOLDS(thrown([&] { restyled.take_mesh(); }) == StatusCode::invalid_argument);
    HOLDS(restyled.info().state == att3d::JobState::taken);
    options.progress = [](float) { return true; };
    HOLDS(thrown([&] { att3d::restyle(model, glb, "a tiger", options); }) == StatusCode::cancelled);
    options.progress = {};

    painted.write_file("given.glb", in_place);
    att3d::restyle_file(model, "given.glb", "a tiger", "restyled.glb", options);
    HOLDS(std::remove("restyled.glb") == 0);
    const auto file_job = att3d::Job::restyle_file(model, "given.glb", "a tiger", "restyled.glb", options);
    HOLDS(file_job.wait() && file_job.info().status == StatusCode::ok && std::remove("restyled.glb") == 0);
    options.unwrap = true;
    options.seed = 3;
    att3d::restyle_file(model, "given.glb", "a tiger", "given.glb", options);
    HOLDS(std::remove("given.glb") == 0);
    HOLDS(thrown([&] { att3d::restyle_file(model, "given.glb", "a tiger", "x.glb"); }) == StatusCode::io);
}

static void jobs(const att3d::Model &model) {
    const auto latents = att3d::latents_from_prompts(model, {"a pig", "a tiger", "a chair"});
    const auto job = att3d::Job::generate(latents[0], coarse());
    HOLDS(job.wait() && job.info().state == att3d::JobState::ready && job.info().fraction == 1);
    HOLDS(job.info().mesh_count == 1 && job.take_mesh().triangle_count() > 0);
    HOLDS(job.info().state == att3d::JobState::taken && job.info().mesh_count == 0);
    HOLDS(thrown([&] { job.take_mesh(); }) == StatusCode::invalid_argument);
    const auto by_prompt = att3d::Job::generate(model, "a pig", coarse());
    HOLDS(by_prompt.wait(std::chrono::minutes(5)) && by_prompt.take_mesh().prompt() == "a pig");
    const auto unknown = att3d::Job::generate(model, "quark");
    HOLDS(unknown.wait() && unknown.info().state == att3d::JobState::failed);
    HOLDS(unknown.info().status == StatusCode::prompt);
    HOLDS(thrown([&] { unknown.take_mesh(); }) == StatusCode::prompt);

    const auto frames = att3d::Job::generate_frames({latents[2], latents[1]}, coarse());
    HOLDS(frames.wait() && frames.info().mesh_count == 2 && frames.take_mesh().prompt() == "a chair");
    HOLDS(frames.info().mesh_count == 1 && frames.take_mesh().prompt() == "a tiger");
    const auto moved = att3d::Job::morph({latents[0], latents[0]}, coarse(), {4, 0});
    HOLDS(moved.wait() && moved.take_mesh().info().target_count == 1);

    // The job has a copy of the callback, which is destroyed when the job has ended or could not start.
    const auto kept = std::make_shared<int>(0);
    std::atomic<bool> may_go_on{false};
    const auto field = att3d::Field::from_latent(latents[0]);
    {
        auto options = coarse();
        options.progress = [&may_go_on, kept](float) {
            while (!may_go_on) std::this_thread::yield();
            return false;
        };
        const auto slow = att3d::Job::generate(field, options);
        HOLDS(kept.use_count() >= 3);
        HOLDS(!slow.wait(std::chrono::milliseconds(1)) &&
              thrown([&] { slow.take_mesh(); }) == StatusCode::busy);
        HOLDS(slow.info().state == att3d::JobState::running);
        slow.cancel();
        may_go_on = true;
        HOLDS(slow.wait() && thrown([&] { slow.take_mesh(); }) == StatusCode::cancelled);
        HOLDS(thrown([&] { att3d::Job::generate_frames({}, options); }) != StatusCode::ok);
        const std::string odd("a\0b", 3);
        HOLDS(thrown([&] { att3d::Job::generate(model, odd, options); }) == StatusCode::invalid_argument);
    }
    HOLDS(kept.use_count() == 1);
}

static void live_sessions(const att3d::Model &model) {
    const att3d::Live live(model, coarse());
    HOLDS(!live.take_mesh() && live.info().requested == 0);
    const auto request = live.set_prompt("a quark tig", att3d::LastWord::typing);
    HOLDS(live.wait() && live.info().answered == request && live.info().status == StatusCode::ok);
    HOLDS(live.info().word_state == att3d::WordState::completed && live.info().word == "tiger");
    HOLDS(live.info().left_out == std::vector<std::string>{"quark"} && live.info().replaced.empty());
    HOLDS(!live.info().understood.empty() && live.info().message.empty());
    const auto answer = live.take_mesh();
    HOLDS(answer && answer->request == request && answer->mesh.triangle_count() > 0 && !live.take_mesh());
    const auto next = live.set_latent(att3d::Latent::from_prompt(model, "a pig"));
    HOLDS(next == request + 1 && live.wait(std::chrono::seconds(60)) && live.take_mesh()->request == next);
    live.set_prompt("quark");
    HOLDS(live.wait() && live.info().status == StatusCode::prompt && !live.info().message.empty());
}

int main() {
    views_and_lists();
    contexts();
    att3d::ContextOptions options;
    options.thread_count = 2;
    att3d::Context context(options);
    HOLDS(context.info().thread_count == 2 && context.info().engine == att3d::Engine::embedded);
    models(context);
    const auto model = att3d::Model::load(context);
    readings_and_latents(model);
    fields_and_shapes(model);
    generation(model);
    textures_copies_and_pictures(model);
    exports(model);
    frames_and_morphs(model);
    new_materials(model);
    jobs(model);
    live_sessions(model);

    const auto field = att3d::Field::from_latent(att3d::Latent::from_prompt(model, "a pig"));
    model.unload();
    context.trim();
    HOLDS(thrown([&] { att3d::Latent::from_prompt(model, "a pig"); }) == StatusCode::unloaded);
    HOLDS(thrown([&] { att3d::Live{model}; }) == StatusCode::unloaded);
    HOLDS(att3d::generate(field, coarse()).triangle_count() > 0);
    const auto other = std::move(context);
    HOLDS(thrown([&] { context.info(); }) == StatusCode::null_argument && other.info().thread_count == 2);
    std::puts("cpp: all wrappers hold");
}
