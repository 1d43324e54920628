Feature: External representatives
  Somebody without an account helps in one session: by an invitation that works once.

  Background:
    Given the site "sharing"
    And Alex is signed in to the desktop console
    And Carla is in session with Alex

  @EXT-01 @EXT-02
  Scenario Outline: Somebody from outside joins, and sees this session only
    Given Blair is signed in to the desktop console
    And Dana is in session with Alex
    When Alex invites Vera, who has no account, to Carla's session
    Then Alex sees an invitation key and a URL for Vera
    And Carla's session has the open invitations "Vera" on Alex's console
    When Vera joins with the invitation on the <console> console
    Then Vera has Carla's session open
    And Carla is in session with Vera
    And Vera has 1 session open
    And Vera sees no queues
    And Carla's session has no open invitations on Alex's console
    When Vera writes "The license server is down" to everyone in Carla's session
    Then Carla reads "The license server is down" from Vera
    And Alex reads "The license server is down" from Vera
    When Carla writes "Is it me?"
    Then Vera reads "Is it me?" from Carla
    And Alex owns Carla's session

    Examples:
      | console |
      | desktop |
      | Android |

  @EXT-02
  Scenario: The invitation goes out by mail
    When Alex invites Vera, who has no account, to Carla's session by mail to "vera@vendor.example"
    Then "vera@vendor.example" gets a mail with the URL of Vera's invitation
    When Vera joins with the invitation on the desktop console
    Then Carla is in session with Vera

  @EXT-02
  Scenario: Inviting from outside takes a permission
    Given Blair is signed in to the desktop console
    And Dana is in session with Blair
    When Blair tries to invite Vera, who has no account, to Dana's session
    Then Blair sees no invitation key

  @EXT-02 @SHR-11
  Scenario: Only the owner invites from outside
    Given Blair is signed in to the desktop console
    And Dana is in session with Blair
    And Blair invites Alex to Dana's session
    And Alex accepts the invitation to Dana's session
    When Alex tries to invite Vera, who has no account, to Dana's session
    Then Alex is told "only the owner may do this"
    And Alex sees no invitation key

  @EXT-03
  Scenario: The invitation works once
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Mallory tries to join with Vera's invitation on the desktop console
    Then Mallory is told "the invitation is no longer active"
    And Mallory has no session open
    And Carla is in session with Vera

  @EXT-03
  Scenario: It works once, even when the first one has left
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Vera leaves Carla's session
    Then Vera has no session open
    When Mallory tries to join with Vera's invitation on the desktop console
    Then Mallory is told "the invitation is no longer active"
    And Mallory has no session open

  @EXT-03
  Scenario: A broken line is no second use
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Vera's network is down for 1 minute
    And Carla writes "Are you still there?"
    Then Vera reads "Are you still there?" from Carla
    And Carla is in session with Vera

  @EXT-01 @SHR-07
  Scenario: Several come from outside, each with an own invitation
    Given Alex invites Vera, who has no account, to Carla's session
    And Alex invites Walt, who has no account, to Carla's session
    When Vera joins with the invitation on the desktop console
    And Walt joins with the invitation on the Android console
    Then Carla is in session with Vera
    And Carla is in session with Walt

  @EXT-03
  Scenario: The invitation is valid for two hours
    Given Alex invites Vera, who has no account, to Carla's session
    When 121 minutes pass
    And Vera tries to join with the invitation on the desktop console
    Then Vera is told "the invitation is no longer active"
    And Vera has no session open

  @EXT-01
  Scenario: Within them it is
    Given Alex invites Vera, who has no account, to Carla's session
    When 119 minutes pass
    And Vera joins with the invitation on the desktop console
    Then Carla is in session with Vera

  @EXT-03 @SHR-10
  Scenario: It can be withdrawn
    Given Alex invites Vera, who has no account, to Carla's session
    When Alex cancels the invitation of "Vera" to Carla's session
    And Vera tries to join with the invitation on the desktop console
    Then Vera is told "the invitation is no longer active"
    And Vera has no session open

  @EXT-03 @SHR-17
  Scenario: It dies with the session
    Given Alex invites Vera, who has no account, to Carla's session
    When Alex ends Carla's session
    And Vera tries to join with the invitation on the desktop console
    Then Vera is told "the invitation is no longer active"

  @EXT-01
  Scenario: When the session ends, who came from outside is signed out
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Alex ends Carla's session
    Then Vera has no session open
    And Vera is not signed in

  @EXT-01
  Scenario: Who came from outside does not own a session
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Alex tries to leave Carla's session
    Then Alex is told "nobody else is in the session"
    And Alex owns Carla's session
    And Alex may not transfer to Vera

  @EXT-01
  Scenario: When nobody is left who could own the session, who came from outside goes, too
    Given Alex invites Vera, who has no account, to Carla's session
    And Vera joins with the invitation on the desktop console
    When Alex puts Carla's session on hold
    Then Vera has no session open
    And Vera is not signed in
    And Carla is on hold
    And Alex's personal queue shows Carla waiting

  @EXT-01 @CHT-04 @CHT-05
  Scenario: What representatives said to one another before stays among them
    Given Carla writes "It began this morning"
    And Alex reads "It began this morning" from Carla
    And Alex writes "She forgot to pay" to representatives only in Carla's session
    And Alex reads "She forgot to pay" from Alex
    And Alex invites Vera, who has no account, to Carla's session
    When Vera joins with the invitation on the desktop console
    Then Vera reads "It began this morning" from Carla
    And Vera never reads "She forgot to pay"
    When Alex writes "Can you see the invoice?" to representatives only in Carla's session
    Then Vera reads "Can you see the invoice?" from Alex
    And Carla never reads "Can you see the invoice?"

  @EXT-01 @SUM-05
  Scenario: Notes are not for external representatives
    Given Alex adds the note "Third call this week" to Carla's session
    And Alex invites Vera, who has no account, to Carla's session
    When Vera joins with the invitation on the desktop console
    And Alex adds the note "Vendor is looking at it" to Carla's session
    Then Vera never sees a note in Carla's session
    And Alex sees the notes "Third call this week; Vendor is looking at it" in Carla's session
