// Package figures draws what the proofs have measured: a plot of each case,
// and a page with its source, its fixes, its curves and its figures.
package figures

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/backpressure-go/backpressure/internal/measured"
)

// A size is how large a plot is, and whether it says what is what: beside a
// table, that is not wanted.
type size struct {
	width, height vg.Length
	words         bool
}

var (
	onItsOwn = size{16 * vg.Centimeter, 9 * vg.Centimeter, true}
	// inPage is small, so that its text is readable where a telephone shows it.
	inPage = size{11 * vg.Centimeter, 7 * vg.Centimeter, false}
)

// A tint has two forms, for light and for dark pages.
type tint struct{ light, dark rgb }

// An rgb is red, green and blue.
type rgb uint32

func (c rgb) rgba() color.Color {
	return color.RGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xff}
}

func (c rgb) String() string { return fmt.Sprintf("#%06X", uint32(c)) }

// The flagged program is red; fixes have colours that people who cannot tell
// red from green can tell apart, and dashes of their own.
var (
	curves    = []tint{{0xc0392b, 0xff8a75}, {0x1f5fa8, 0x7fb8ff}, {0x1f7d72, 0x5fd4c4}, {0x7b57ad, 0xc9a6ff}, {0x555555, 0xbbbbbb}}
	dashes    = [][]vg.Length{{}, {}, {6, 3}, {2, 2}, {8, 2, 2, 2}} // points
	gridColor = rgb(0xdcdcdc)
)

// curveOf returns the curve of the i-th program of a case.
func curveOf(i int) int {
	if i == 0 {
		return 0
	}
	return 1 + (i-1)%(len(curves)-1)
}

// SVG draws the peak of the resource of c over the offered load, a curve for
// each program. Each point is the median of the runs; both axes are
// logarithmic, so that a slope of one is growth in step with the load.
func SVG(w io.Writer, c measured.Case) error { return plotCase(w, c, onItsOwn) }

func plotCase(w io.Writer, c measured.Case, as size) error {
	p := plot.New()
	if as.words {
		p.Title.Text = c.Name
	}
	for _, f := range []*font.Font{
		&p.Title.TextStyle.Font, &p.Legend.TextStyle.Font,
		&p.X.Label.TextStyle.Font, &p.X.Tick.Label.Font, &p.Y.Label.TextStyle.Font, &p.Y.Tick.Label.Font,
	} {
		f.Variant = "Sans"
	}
	p.X.Label.Text = "offered load, " + c.Axis()
	p.Y.Label.Text = "peak " + c.Things()
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks{}, ticks{}
	p.Legend.Top, p.Legend.Left = true, true
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridColor.rgba(), gridColor.rgba()
	p.Add(grid)
	low, high := math.Inf(1), 1.0
	for i, v := range c.Variants {
		xy := curve(v)
		if len(xy) == 0 {
			continue
		}
		line, points, err := plotter.NewLinePoints(xy)
		if err != nil {
			return fmt.Errorf("plot %s, %s: %w", c.Name, v.Label(), err)
		}
		line.Width = vg.Points(1.5)
		n := curveOf(i)
		points.Shape = draw.CircleGlyph{}
		if n > 0 {
			points.Shape = draw.BoxGlyph{}
		}
		line.Color, line.Dashes = curves[n].light.rgba(), dashes[n]
		points.Color = line.Color
		p.Add(line, points)
		if as.words {
			p.Legend.Add(fmt.Sprintf("%s: %s", short(v.Label()), v.Verdict), line, points)
		}
		for _, pt := range xy {
			low, high = min(low, pt.Y), max(high, pt.Y)
		}
	}
	if math.IsInf(low, 1) {
		return fmt.Errorf("plot %s: nothing was measured", c.Name)
	}
	p.Y.Min, p.Y.Max = low/2, high*2
	if as.words {
		p.Y.Max *= math.Pow(2, float64(len(c.Variants))) // room for the legend
	}
	canvas := vgsvg.New(as.width, as.height)
	p.Draw(draw.New(canvas))
	_, err := canvas.WriteTo(w)
	return err
}

// curve returns the median peak of the runs at each rate.
func curve(v measured.Variant) plotter.XYs {
	at := map[float64][]float64{}
	for _, run := range v.Runs {
		for _, r := range run {
			at[r.Offered] = append(at[r.Offered], r.Amount)
		}
	}
	var xy plotter.XYs
	for x, ys := range at {
		slices.Sort(ys)
		xy = append(xy, plotter.XY{X: x, Y: max(ys[len(ys)/2], 1)}) // zero has no logarithm
	}
	slices.SortFunc(xy, func(a, b plotter.XY) int { return int(math.Copysign(1, a.X-b.X)) })
	return xy
}

// short keeps a legend inside its plot.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// ticks marks the powers of ten and, where there are few, their halves.
type ticks struct{}

func (ticks) Ticks(low, high float64) []plot.Tick {
	var out []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, e)
			if v < low || v > high {
				continue
			}
			t := plot.Tick{Value: v}
			if m == 1 || high/low < 1000 {
				t.Label = measured.Number(v)
			}
			out = append(out, t)
		}
	}
	return out
}

// style defines the colors of the curves for light or dark pages.
func style(dark bool) template.CSS {
	var b strings.Builder
	for i, c := range curves {
		is := c.light
		if dark {
			is = c.dark
		}
		fmt.Fprintf(&b, "--curve%d: %s; ", i, is)
	}
	return template.CSS(b.String()) // names and colors, all of them from above
}

// key draws a piece of the curve of the i-th program, for a table.
func key(i int) template.HTML {
	n := curveOf(i)
	var dash []string
	for _, d := range dashes[n] {
		dash = append(dash, fmt.Sprint(float64(d)))
	}
	return template.HTML(fmt.Sprintf(`<svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path d="M0 4H24" stroke="var(--curve%d)" stroke-width="2.5" stroke-dasharray="%s"/></svg>`,
		n, strings.Join(dash, " "))) // numbers, all of them from above
}

// svg returns the plot of c as an element of a page, whose colors are those of
// the page's style.
func svg(c measured.Case) (string, error) {
	var b bytes.Buffer
	if err := plotCase(&b, c, inPage); err != nil {
		return "", err
	}
	if i := bytes.Index(b.Bytes(), []byte("<svg")); i > 0 {
		b.Next(i)
	}
	of := []string{
		"#FFFFFF", "none", "#000000", "currentColor", gridColor.String(), "var(--line)",
		"Liberation Sans;", "Liberation Sans,Arial,Helvetica,sans-serif;", // as wide as each other
	}
	for i, c := range curves {
		of = append(of, c.light.String(), fmt.Sprintf("var(--curve%d)", i))
	}
	return strings.NewReplacer(of...).Replace(b.String()), nil
}
