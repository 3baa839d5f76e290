package baseline

import "slices"

// Merge enters what runs over parts of the code have made of b: each part
// lowers, or with -write-baseline raises, what it covers, and leaves the rest
// as it is in b. Where two parts changed one count, the higher is right: a
// file of a package and of its tests may be in both.
func (b *Baseline) Merge(parts []*Baseline) {
	merged := map[Key]int{}
	for k := range b.Counts {
		merged[k] = 0
	}
	for _, p := range parts {
		for k := range p.Counts {
			merged[k] = 0
		}
		for _, f := range p.Flags {
			if !slices.Contains(b.Flags, f) {
				b.Flags = append(b.Flags, f)
			}
		}
	}
	for k := range merged {
		n, changed := b.Counts[k], false
		for _, p := range parts {
			if m := p.Counts[k]; m != b.Counts[k] && (!changed || m > n) {
				n, changed = m, true
			}
		}
		if merged[k] = n; n == 0 {
			delete(merged, k)
		}
	}
	b.Counts = merged
}
