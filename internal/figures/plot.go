// Package figures draws what the proofs have measured: a plot of each case,
// and a page with its source, its fixes, its curves and its figures.
package figures

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/backpressure-go/backpressure/internal/measured"
)

const (
	width  = 16 * vg.Centimeter
	height = 9 * vg.Centimeter
)

// The flagged program is red; fixes have colours that people who cannot tell
// red from green can tell apart, and dashes of their own.
var (
	flaggedColor = color.RGBA{R: 0xc0, G: 0x39, B: 0x2b, A: 0xff}
	fixColors    = []color.Color{color.RGBA{R: 0x1f, G: 0x5f, B: 0xa8, A: 0xff}, color.RGBA{R: 0x2a, G: 0x9d, B: 0x8f, A: 0xff}, color.RGBA{R: 0x8e, G: 0x6b, B: 0xbf, A: 0xff}, color.RGBA{R: 0x55, G: 0x55, B: 0x55, A: 0xff}}
	fixDashes    = [][]vg.Length{{}, {vg.Points(6), vg.Points(3)}, {vg.Points(2), vg.Points(2)}, {vg.Points(8), vg.Points(2), vg.Points(2), vg.Points(2)}}
)

// SVG draws the peak of the resource of c over the offered load, a curve for
// each program. Each point is the median of the runs; both axes are
// logarithmic, so that a slope of one is growth in step with the load.
func SVG(w io.Writer, c measured.Case) error {
	p := plot.New()
	p.Title.Text = c.Name
	p.X.Label.Text = "offered load, " + c.Axis()
	p.Y.Label.Text = "peak " + c.Things()
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks{}, ticks{}
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
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
		line.Color, points.Shape = flaggedColor, draw.CircleGlyph{}
		if v.Fix != "" {
			n := (i - 1) % len(fixColors)
			line.Color, line.Dashes, points.Shape = fixColors[n], fixDashes[n], draw.BoxGlyph{}
		}
		points.Color = line.Color
		p.Add(line, points)
		p.Legend.Add(fmt.Sprintf("%s: %s", short(v.Label()), v.Verdict), line, points)
		for _, pt := range xy {
			low, high = min(low, pt.Y), max(high, pt.Y)
		}
	}
	if math.IsInf(low, 1) {
		return fmt.Errorf("plot %s: nothing was measured", c.Name)
	}
	p.Y.Min, p.Y.Max = low/2, high*8 // room for the legend
	canvas := vgsvg.New(width, height)
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

// svg returns the plot of c without what precedes the element, for a page.
func svg(c measured.Case) (string, error) {
	var b bytes.Buffer
	if err := SVG(&b, c); err != nil {
		return "", err
	}
	if i := bytes.Index(b.Bytes(), []byte("<svg")); i > 0 {
		b.Next(i)
	}
	return b.String(), nil
}
