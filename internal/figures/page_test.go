package figures

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/backpressure-go/backpressure/internal/measured"
)

// figures returns a report with a case that is proved and one that is not.
func figures() measured.Report {
	grow := func(f func(x float64) float64) [][]measured.Rate {
		var rates []measured.Rate
		for _, x := range []float64{100, 1000, 3500} {
			rates = append(rates, measured.Rate{Offered: x, Amount: f(x)})
		}
		return [][]measured.Rate{rates, rates}
	}
	return measured.Report{
		Machine: measured.Machine{OS: "linux", Arch: "amd64", Cores: 2, Go: "go1.26.0"}, Date: "2026-01-02", Short: true,
		Cases: []measured.Case{
			{Name: "rule/grows", Kinds: []string{"accept-loop"}, Proved: true, Resource: "goroutines", Unit: 1, Capacity: 200, Variants: []measured.Variant{
				{Verdict: "grows", Slope: [3]float64{1, 0.9, 1.1}, Peak: 4000, Runs: grow(func(x float64) float64 { return x })},
				{Fix: "wait for <a> slot", Verdict: "holds", Peak: 256, P99: 12, Runs: grow(func(x float64) float64 { return min(x, 256) })},
			}},
			{Name: "rule/lost", Failures: []string{"flagged: child failed"}, Resource: "heap", Unit: 65536, Variants: []measured.Variant{{Verdict: "undecided", Lost: 2}}},
		},
	}
}

var sources = fstest.MapFS{
	"rule/grows/serve.go":        {Data: []byte("package grows\n\nfunc f() {\n\tgo g() // want `goroutine per connection: .*rule/accept-loop`\n}\n")},
	"rule/grows/serve.go.golden": {Data: []byte("-- wait for <a> slot --\npackage grows\n\nfunc f() {\n\tsem <- struct{}{}\n\tgo g()\n}\n")},
	"rule/lost/serve.go":         {Data: []byte("package lost\n")},
}

func TestPage(t *testing.T) {
	var out bytes.Buffer
	if err := Page(&out, figures(), sources); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1 of 2 cases proved", `<section class="card" id="rule-grows">`, "goroutine per connection: … rule/accept-loop",
		`<span class="hit">	go g()</span>`, `<span class="add">&#43;	sem &lt;- struct{}{}</span>`, "Fix: wait for &lt;a&gt; slot",
		"Not proved: flagged: child failed", "4000 goroutines", "1.00 [0.90, 1.10]", "<svg", "nothing was measured",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	for _, outside := range []string{"src=", "@import", "url(", "<script", "<link"} {
		if strings.Contains(out.String(), outside) {
			t.Errorf("the page needs something beside itself: %q", outside)
		}
	}
}

// TestPageInBrowser has a real browser draw the page, wide and narrow, light
// and dark. It looks for the curves in what is drawn, and for what sticks out.
func TestPageInBrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no chromium is installed (Debian's package chromium)")
	}
	var out bytes.Buffer
	if err := Page(&out, figures(), sources); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	save := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// A window cannot be as narrow as a telephone, a frame can. The page has no
	// scripts of its own.
	save("page.html", strings.ReplaceAll(out.String(), "<details>", "<details open>")+
		"<script>parent.postMessage([innerWidth, document.documentElement.scrollWidth].join(), '*')</script>")
	run := func(page string, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), browser, append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--disable-sync",
			"--user-data-dir=" + t.TempDir()}, append(args, "file://"+filepath.Join(dir, page))...)...)
		said, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	for _, tt := range []struct {
		name  string
		width int
		dark  bool
	}{{"wide", 1280, false}, {"widedark", 1280, true}, {"narrow", 400, false}, {"narrowdark", 400, true}} {
		t.Run(tt.name, func(t *testing.T) {
			frame := tt.name + ".html"
			save(frame, fmt.Sprintf(`<title></title><script>onmessage = e => document.title = e.data</script>
				<body style="margin:0"><iframe src="page.html" style="border:0;width:%dpx;height:1600px"></iframe>`, tt.width))
			scheme := 1
			if tt.dark {
				scheme = 0
			}
			like := fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme)
			var inner, scroll int
			_, title, _ := strings.Cut(string(run(frame, like, "--dump-dom")), "<title>")
			if _, err := fmt.Sscanf(title, "%d,%d", &inner, &scroll); err != nil {
				t.Fatalf("no widths in %.60q: %v", title, err)
			}
			if inner != tt.width || scroll > inner {
				t.Errorf("the page is %d wide in a window of %d", scroll, inner)
			}
			shot := filepath.Join(dir, tt.name+".png")
			run(frame, like, "--window-size=1280,1600", "--screenshot="+shot)
			seen := colors(t, shot)
			for name, c := range map[string]tint{"flagged": curves[0], "fixed": curves[1]} {
				want := c.light
				if tt.dark {
					want = c.dark
				}
				if seen[want.rgba()] < 100 {
					t.Errorf("the curve of the %s program is not to be seen: %d pixels of its colour", name, seen[want.rgba()])
				}
			}
		})
	}
}

// colors counts the pixels of the named picture by color.
func colors(t *testing.T, name string) map[color.Color]int {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.Color]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			seen[color.RGBAModel.Convert(img.At(x, y))]++
		}
	}
	return seen
}

func TestSVG(t *testing.T) {
	r := figures()
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := SVG(b, r.Cases[0]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same figures are drawn in two ways")
	}
	if err := SVG(&first, r.Cases[1]); err == nil {
		t.Error("no error for a case that was not measured")
	}
}
