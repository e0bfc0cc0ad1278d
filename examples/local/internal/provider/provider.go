// Package provider is a payment provider outside of the functions' processes, which remembers what it was asked and what it has
// charged, and a gateway by which a function asks it.
package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// Declined is in the cards that are declined.
const Declined = "_declined"

// Charge is a request for a payment, and what the provider keeps of it.
type Charge struct {
	Payment string `json:"payment"`
	Amount  int64  `json:"amount"`
	Card    string `json:"card"`
}

// Provider charges each payment once, however often it is asked, and answers badly now and then. It is safe for concurrent use.
type Provider struct {
	mu      sync.Mutex
	random  *rand.Rand
	trouble int // in percent of the requests, each kind of it
	charges map[string]Charge
	asked   map[string]int
	faults  []string
}

// New makes a provider that has trouble with so many percent of its requests, of each of three kinds.
func New(seed uint64, trouble int) *Provider {
	return &Provider{random: rand.New(rand.NewPCG(seed, 4711)), trouble: trouble, charges: map[string]Charge{}, asked: map[string]int{}}
}

// Fair ends the trouble.
func (p *Provider) Fair() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = 0
}

// Charges returns what was charged, by payment, and how often each payment was asked for.
func (p *Provider) Charges() (charges map[string]Charge, asked map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.charges), maps.Clone(p.asked)
}

// Faults returns what has fallen on the provider's callers: how late it was, or lost.
func (p *Provider) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c Charge
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&c); err != nil || c.Payment == "" || c.Amount <= 0 || r.Header.Get("Idempotency-Key") != c.Payment {
		http.Error(w, "no charge", http.StatusBadRequest)
		return
	}
	before, after, late := p.fate(c.Payment)
	if late {
		time.Sleep(300 * time.Millisecond)
	}
	if before {
		http.Error(w, "come again", http.StatusInternalServerError)
		return
	}
	declined, conflict := strings.Contains(c.Card, Declined), false
	p.mu.Lock()
	if known, ok := p.charges[c.Payment]; ok {
		conflict = known != c
	} else if !declined {
		p.charges[c.Payment] = c
	}
	p.mu.Unlock()
	switch {
	case conflict:
		http.Error(w, "the key was used for another charge", http.StatusUnprocessableEntity)
	case after:
		panic(http.ErrAbortHandler) // charged, and nobody hears of it
	case declined:
		http.Error(w, "insufficient funds", http.StatusPaymentRequired)
	}
}

// fate draws what becomes of a request.
func (p *Provider) fate(payment string) (before, after, late bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[payment]++
	draw := func(what string) bool {
		if p.random.IntN(100) >= p.trouble {
			return false
		}
		p.faults = append(p.faults, what)
		return true
	}
	return draw("500"), draw("answer lost"), draw("late")
}

// Gateway asks a provider at a URL. It is safe for concurrent use.
type Gateway struct{ URL string }

// Charge implements [payments.Gateway].
func (g Gateway) Charge(ctx context.Context, p payments.Payment) error {
	body, err := json.Marshal(Charge{p.ID, p.Amount, p.Card})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Idempotency-Key", p.ID)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusPaymentRequired:
		return &payments.DeclinedError{Reason: "insufficient funds"}
	}
	return fmt.Errorf("the provider answers %d", response.StatusCode)
}
