// Uses the gallery of a bake in headless Chromium: node scripts/check_gallery.mjs .cache/gallery
// scripts/check_gallery.sh bakes this gallery first.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const work = resolve(process.argv[2]);
const { chromium } = createRequire(`${work}/`)("playwright-core");
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});

let passed = 0;
let failed = 0;
async function test(name, run, options = {}) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
    const problems = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    // The page must not need a network or a server.
    page.on("request", (request) => request.url().startsWith("http") && problems.push(request.url()));
    try {
        await run(page);
        assert.deepEqual(problems, []);
        passed += 1;
        console.log(`ok: ${name}`);
    } catch (error) {
        failed += 1;
        console.log(`FAILED: ${name}: ${error.stack}`);
    }
    await page.close();
}
const open = (page, folder = "out") => page.goto(pathToFileURL(`${work}/${folder}/index.html`).href);
const prompts = (page) => page.locator(".card .prompt").allTextContents();
await test("every row has a card with a picture or a reason", async (page) => {
    await open(page);
    assert.equal(await page.title(), "props");
    assert.deepEqual(await prompts(page), [
        "a pig", "a red dragon", "a wooden chair", "a green truck", "a monster lamp", "a quantum entanglement",
    ]);
    assert.equal(await page.locator("#count").textContent(), "6 assets");
    await page.waitForFunction(() => [...document.querySelectorAll(".card img")].every((picture) => picture.complete && picture.naturalWidth));
    const pictures = await page.locator(".card img").evaluateAll((list) => list.map((picture) => picture.naturalWidth));
    assert.deepEqual(pictures, [256, 256, 256, 256, 256]);
    assert.match(await page.locator(".card .error").textContent(), /quantum|entanglement/);
    await page.screenshot({ path: `${work}/cards.png` });
});

await test("search finds prompts and notes; / focuses it", async (page) => {
    await open(page);
    await page.keyboard.press("/");
    await page.keyboard.type("DRAGON");
    assert.deepEqual(await prompts(page), ["a red dragon"]);
    assert.equal(await page.locator("#count").textContent(), "1 of 6 assets");
    await page.locator("#search").fill("ada");
    assert.deepEqual(await prompts(page), ["a pig", "a red dragon"]);
    await page.locator("#search").fill("nothing here");
    assert.deepEqual(await prompts(page), []);
    assert.ok(await page.locator("#none").isVisible());
});

await test("filters and orders", async (page) => {
    await open(page);
    const labels = await page.locator("#filter option").allTextContents();
    const choose = (start) => page.locator("#filter").selectOption({ label: labels.find((label) => label.startsWith(start)) });
    await choose("Failed");
    assert.deepEqual(await prompts(page), ["a quantum entanglement"]);
    await choose("Does not meet triangles<=2500");
    const large = await prompts(page);
    assert.ok(large.includes("a pig") && !large.includes("a red dragon"), large.join());
    await choose("Words left out");
    assert.deepEqual(await prompts(page), ["a monster lamp"]);
    await choose("All assets");
    await page.locator("#sort").selectOption("triangles");
    assert.deepEqual((await prompts(page)).slice(-3), ["a red dragon", "a wooden chair", "a quantum entanglement"]);
});

await test("a click shows the mesh in 3D, and the arrow keys turn it", async (page) => {
    await open(page);
    await page.locator(".card", { hasText: "a red dragon" }).click();
    await page.locator('#stage[data-shown="a-red-dragon.glb"]').waitFor();
    const before = await page.locator("#stage canvas").screenshot();
    await page.screenshot({ path: `${work}/viewer.png` });
    for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
    const turned = await page.locator("#stage canvas").screenshot();
    assert.ok(!before.equals(turned), "the picture did not change");
    const box = await page.locator("#stage canvas").boundingBox();
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 320, box.y + 210);
    await page.mouse.up();
    assert.ok(!turned.equals(await page.locator("#stage canvas").screenshot()), "dragging did not turn the mesh");
    assert.match(await page.locator("#facts").textContent(), /Triangles.*owner.*Ada/s);
});

await test("keys go to the next asset and close the view, and the focus returns", async (page) => {
    await open(page);
    await page.locator(".card").first().focus();
    await page.keyboard.press("Enter");
    await page.locator('#stage[data-shown="a-pig.glb"]').waitFor();
    await page.keyboard.press("n");
    await page.locator('#stage[data-shown="a-red-dragon.glb"]').waitFor();
    await page.keyboard.press("p");
    await page.locator('#stage[data-shown="a-pig.glb"]').waitFor();
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("#details").isVisible()));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.index), "0");
    await page.locator(".card", { hasText: "entanglement" }).click();
    assert.ok(await page.locator("#stage p").isVisible());
});

await test("dark and light have their own colors", async (page) => {
    await open(page);
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await back();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await back(), light);
    await page.screenshot({ path: `${work}/dark.png` });
});

// A gallery of 10,000 assets, with the entries and pictures of the small one.
const large = `${work}/large`;
rmSync(large, { recursive: true, force: true });
mkdirSync(large);
for (const name of ["index.html", "viewer.js", "thumbnails"]) cpSync(`${work}/out/${name}`, `${large}/${name}`, { recursive: true });
const text = readFileSync(`${work}/out/catalog.js`, "utf8");
const made = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf(";"))).assets.filter((asset) => !asset.error);
const assets = Array.from({ length: 10_000 }, (_, index) => {
    const asset = made[index % made.length];
    return { ...asset, row: index + 2, prompt: `${asset.prompt} ${index}`, file: `asset-${index}.glb` };
});
writeFileSync(`${large}/catalog.js`, `window.att3dCatalog = ${JSON.stringify({ title: "large", assets })};`);
await test("10,000 assets can be searched and scrolled", async (page) => {
    const begun = performance.now();
    await open(page, "large");
    await page.waitForFunction(() => [...document.querySelectorAll(".card img")].slice(0, 6).every((picture) => picture.naturalWidth > 0));
    const first = performance.now() - begun;
    const search = await page.evaluate(() => {
        const field = document.getElementById("search");
        const times = ["dragon", "9999", "chair 12", ""].map((words) => {
            const begun = performance.now();
            field.value = words;
            field.dispatchEvent(new Event("input"));
            void document.body.offsetHeight;
            return performance.now() - begun;
        });
        return Math.max(...times);
    });
    console.log(`10,000 assets: first thumbnails after ${first.toFixed(0)} ms, slowest search ${search.toFixed(0)} ms`);
    await page.locator("#search").fill("chair 9992");
    assert.deepEqual(await prompts(page), ["a wooden chair 9992"]);
    await page.locator("#search").fill("");
    const before = await page.locator(".card").count();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForFunction((count) => document.querySelectorAll(".card").length > count, before);
});

await browser.close();
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed`);
process.exit(failed ? 1 : 0);
