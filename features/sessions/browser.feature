Feature: Browser sharing
  A help link on a web page brings a representative to that page, and to nothing else of the machine.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Erin is signed in to the desktop console

  @BRW-01 @BRW-04
  Scenario: A help link asks for a session, and leaves nothing on the machine
    Given Carla is a customer with a Windows PC
    When Carla follows the help link "shop-checkout"
    Then Erin sees Carla in the Billing queue
    And Erin's Billing queue lists Carla as "[Browser] Carla"
    And Carla is told to wait at place 1
    And no customer client was ever on Carla's device

  @BRW-04
  Scenario: Other sessions have no prefix
    Given Carla waits in the Network queue
    Then Alex's Network queue lists Carla as "Carla"

  @BRW-02
  Scenario: Who accepts sees the page, and talks
    Given Carla is a customer with a Windows PC
    And Carla's browser shows "Checkout" at "https://shop.example.com/checkout": "Your card was declined."
    And Carla follows the help link "shop-checkout"
    When Erin accepts Carla's session
    Then Carla is in session with Erin
    And Erin sees Carla's web page "Checkout" at "https://shop.example.com/checkout": "Your card was declined."
    When Erin writes "Try the other card" to everyone in Carla's session
    Then Carla reads "Try the other card" from Erin
    When Carla writes "That worked"
    Then Erin reads "That worked" from Carla
    When Carla's browser shows "Thank you" at "https://shop.example.com/thanks": "Order 4711 is on its way."
    Then Erin sees Carla's web page "Thank you" at "https://shop.example.com/thanks": "Order 4711 is on its way."
    When Erin ends Carla's session
    Then Carla's session is over: "ended by the representative"
    And no customer client was ever on Carla's device

  @BRW-02 @SHR-18
  Scenario: Who joins later sees the page as it is now
    Given Carla is a customer with a Linux PC
    And Carla follows the help link "shop-checkout"
    And Erin accepts Carla's session
    And Carla's browser shows "Cart" at "https://shop.example.com/cart": "3 things"
    And Erin invites Alex to Carla's session
    When Alex accepts the invitation to Carla's session
    Then Alex sees Carla's web page "Cart" at "https://shop.example.com/cart": "3 things"

  @BRW-03
  Scenario: A link can lead to one representative
    Given Carla is a customer with a Windows PC
    When Carla follows the help link "ask-alex"
    Then Alex's personal queue shows Carla waiting
    And nobody but Alex sees Carla in a queue
    And Alex's Personal queue lists Carla as "[Browser] Carla"

  @BRW-03
  Scenario: A link that nobody has made leads nowhere
    Given Carla is a customer with a Windows PC
    When Carla follows the help link "no-such-link"
    Then Carla is told "the portal does not offer this"
    And Carla does not wait in any queue

  @BRW-02
  Scenario: After a broken line the page is there again
    Given Carla is a customer with a Windows PC on hotel Wi-Fi
    And Carla follows the help link "shop-checkout"
    And Erin accepts Carla's session
    And Carla is in session with Erin
    When Carla's network is down for 1 minute
    And Carla's browser shows "Cart" at "https://shop.example.com/cart": "3 things"
    Then Erin sees Carla's web page "Cart" at "https://shop.example.com/cart": "3 things"
