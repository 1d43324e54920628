Feature: Chat in a session
  Every line arrives once, at those whom it is meant for.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @CHT-01
  Scenario Outline: Both sides write and read
    Given Carla is a customer with a <device> on <link>
    And Carla is in session with Alex
    When Carla writes "My screen is blue"
    Then Alex reads "My screen is blue" from Carla
    When Alex writes "Which shade of blue?" to everyone in Carla's session
    Then Carla reads "Which shade of blue?" from Alex

    Examples:
      | device        | link        |
      | Windows PC    | office LAN  |
      | Android phone | 3G          |
      | Linux PC      | hotel Wi-Fi |

  @CHT-02
  Scenario: The customer sees who is helping
    Given Carla is in session with Alex
    Then Carla sees Alex's picture "AK"
    Given Drew is signed in to the Android console
    And Dana is in session with Drew
    Then Dana sees no picture of Drew

  @CHT-03 @CHT-04
  Scenario: Some lines are for colleagues only
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    When Alex writes "Hello everybody" to everyone in Carla's session
    And Alex writes "I think it is the driver" to representatives only in Carla's session
    And Alex writes "Let us look at the driver" to everyone in Carla's session
    Then Blair reads "Hello everybody" from Alex
    And Blair reads "I think it is the driver" from Alex
    And Carla reads "Let us look at the driver" from Alex
    And Carla never reads "I think it is the driver"

  @CHT-05
  Scenario: Who joins later reads what was said before
    Given Blair is signed in to the Android console
    And Carla is in session with Alex
    And Carla writes "It began this morning"
    And Alex writes "After the update?" to everyone in Carla's session
    And Carla reads "After the update?" from Alex
    When Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Blair reads "It began this morning" from Carla
    And Blair reads "After the update?" from Alex

  @CHT-06
  Scenario: Each line keeps the time at which it was written
    Given Carla is in session with Alex
    When Carla writes "First"
    And Alex reads "First" from Carla
    And 90 seconds pass
    And Carla writes "Second"
    Then Alex reads "Second" from Carla
    And Alex sees 90 seconds between "First" and "Second"

  @CHT-07
  Scenario: The running log tells what happened
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Formal"
    And Carla accepts the agreement
    And Carla allows recording
    When Alex accepts Carla's session
    Then the log of Carla's session on Alex's console shows:
      | who        | what                                | detail               |
      |            | Session Start                       |                      |
      |            | Conference Owner Changed            | Pre-start Conference |
      | Carla      | Conference Member Added             |                      |
      | Carla      | Legal Agreement Response            | accepted             |
      | Carla      | Service Access Allowed              | recording allowed    |
      |            | Session Transferred to Queue        | Network queue        |
      | Alex Kim   | Conference Member Added             |                      |
      |            | Session Transferred Away from Queue | Network queue        |
      |            | Conference Owner Changed            | Alex Kim             |

  @CHT-07
  Scenario: Invitations, notes and whoever comes and goes stand in the running log
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    When Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Blair has Carla's session open
    When Alex adds the note "Third call this week" to Carla's session
    Then Blair sees the notes "Third call this week" in Carla's session
    When Blair leaves Carla's session
    Then the log of Carla's session on Alex's console ends with:
      | who        | what                       | detail               |
      | Alex Kim   | Session Invitation Sent    | Blair Osei           |
      | Alex Kim   | Session Invitation Closed  | Blair Osei: accepted |
      | Blair Osei | Conference Member Added    |                      |
      | Alex Kim   | Session Note Added         | Third call this week |
      | Blair Osei | Conference Member Departed | left                 |

  @CHT-08
  Scenario: A line that arrives while chat is minimised pops up
    Given Drew is signed in to the Android console
    And Carla is in session with Drew
    When Drew minimises the chat
    And Carla writes "Hello?"
    Then Drew sees the pop-up "Hello?"
    When Drew opens the chat
    Then Drew sees no pop-up
    When Carla writes "Still there?"
    Then Drew reads "Still there?" from Carla
    And Drew sees no pop-up

  @CHT-01
  Scenario: The chat goes on while the line gets worse
    Given Carla is a customer with an Android phone on 4G
    And Carla is in session with Alex
    When Carla's link becomes 3G
    And Carla writes "I am in the lift now"
    Then Alex reads "I am in the lift now" from Carla

  @CHT-01
  Scenario: A line whose receipt was lost is sent again, and kept once
    Given Carla is a customer with a Windows PC on hotel Wi-Fi
    And Carla is in session with Alex
    When Carla writes "Once and no more"
    And Alex reads "Once and no more" from Carla
    And Carla's network is down for 1 minute
    And Carla writes "Back again"
    Then Alex reads "Back again" from Carla
    And Alex reads "Once and no more" from Carla

  @CHT-01
  Scenario: Nothing is lost and nothing comes twice over a bad line
    Given Carla is a customer with a Windows PC on hotel Wi-Fi
    And Carla is in session with Alex
    When Carla writes 50 lines, one every second
    And Carla's network is down for 20 seconds after the first 10 lines
    Then Alex reads all 50 lines from Carla once and in order
