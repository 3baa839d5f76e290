package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// defaultDebounce is how long nothing must have been typed before unsaved
// text is analysed.
const defaultDebounce = 250 * time.Millisecond

// Settings are the client's: its initializationOptions, and what it sends
// with workspace/didChangeConfiguration.
type Settings struct {
	// Flags are flags of the program, as on its command line: -strict,
	// -rules=unboundedgo, -unboundedgo.limit=64.
	Flags []string `json:"flags"`

	// BuildFlags are flags of the go command: -tags=integration.
	BuildFlags []string `json:"buildFlags"`

	// Env is added to the environment of the go command.
	Env map[string]string `json:"env"`

	// DebounceMS is how many milliseconds nothing must have been typed
	// before unsaved text is analysed.
	DebounceMS *int `json:"debounceMs"`
}

// parseSettings reads settings; those that are missing, or null, are the
// default ones.
func parseSettings(data json.RawMessage) (Settings, error) {
	var s Settings
	if len(bytes.TrimSpace(data)) == 0 {
		return s, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return Settings{}, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// section returns the settings for this server out of those of a client,
// which may send those of all its servers, or none; nil if there are none.
func section(data json.RawMessage) json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return data // parseSettings says what is wrong
	}
	if own, ok := all["backpressure"]; ok {
		return own
	}
	for _, name := range []string{"flags", "buildFlags", "env", "debounceMs"} {
		if _, ok := all[name]; ok {
			return data
		}
	}
	return nil
}

func (s Settings) debounce() time.Duration {
	if s.DebounceMS == nil || *s.DebounceMS < 0 {
		return defaultDebounce
	}
	return time.Duration(*s.DebounceMS) * time.Millisecond
}
