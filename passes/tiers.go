package passes

// Tiers of findings. What is strict is a matter of taste or of what nobody
// outside provably decides; rules report it under their -strict flags.
const (
	Default = "default"
	Strict  = "strict"
)

// strict lists the kinds that exist under -strict alone. Kinds that -strict
// widens are of the default tier.
var strict = map[string]bool{
	"semwait/hold-and-wait": true,
	"semwait/no-feedback":   true,
	"semwait/no-readiness":  true,
	"serverlimit/readiness": true,
	"unboundedqueue/timer":  true,
}

// Tier returns the tier of a kind.
func Tier(rule, kind string) string {
	if strict[rule+"/"+kind] {
		return Strict
	}
	return Default
}
